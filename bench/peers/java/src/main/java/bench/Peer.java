package bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.camunda.bpm.client.ExternalTaskClient;
import org.camunda.bpm.client.interceptor.auth.BasicAuthProvider;
import org.camunda.bpm.client.task.ExternalTask;
import org.camunda.bpm.client.task.ExternalTaskService;

/** The official Java client: handlers that do nothing, in its own thread or in a pool of BENCH_THREADS. */
public final class Peer {

  private static final String SEEN = System.getenv("BENCH_SEEN");

  public static void main(String[] arguments) throws Exception {
    System.out.println("READY");
    new BufferedReader(new InputStreamReader(System.in)).readLine();
    int threads = Integer.parseInt(System.getenv("BENCH_THREADS"));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Semaphore room = new Semaphore(2 * threads);
    ExternalTaskClient client = ExternalTaskClient.create()
        .baseUrl(System.getenv("BENCH_URL"))
        .addInterceptor(new BasicAuthProvider(System.getenv("BENCH_USER"), System.getenv("BENCH_PASSWORD")))
        .maxTasks(threads == 1 ? 10 : 2 * threads).lockDuration(5000).asyncResponseTimeout(5000).disableBackoffStrategy()
        .build();
    for (String topic : System.getenv("BENCH_TOPICS").split(",")) {
      client.subscribe(topic).handler((task, service) -> {
        if (threads == 1) {
          complete(task, service);
        } else {
          room.acquireUninterruptibly();
          pool.execute(() -> {
            try {
              complete(task, service);
            } catch (RuntimeException error) { // left to its lock, as the client itself does
            } finally {
              room.release();
            }
          });
        }
      }).open();
    }
    Thread.currentThread().join();
  }

  private static void complete(ExternalTask task, ExternalTaskService service) {
    if (SEEN != null) {
      String line = task.getId() + " " + System.currentTimeMillis() / 1000.0 + "\n";
      try {
        Files.writeString(Path.of(SEEN), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (java.io.IOException error) {
        throw new java.io.UncheckedIOException(error);
      }
    }
    service.complete(task);
  }
}
