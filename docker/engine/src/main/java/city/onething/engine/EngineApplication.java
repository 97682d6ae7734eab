package city.onething.engine;

import java.io.IOException;
import java.io.OutputStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The process engine with its REST API and web applications. Nothing of the domain lives here. */
@SpringBootApplication
@EnableScheduling
public class EngineApplication {

  public static void main(String[] arguments) {
    refuseWeakSecret(System.getenv("ENGINE_ADMIN_USER"), System.getenv("ENGINE_ADMIN_PASSWORD"));
    if (System.getenv("ENGINE_STOP_WITH_PARENT") != null) {
      stopWithParent();
    }
    SpringApplication.run(EngineApplication.class, arguments);
  }

  /** Whoever started us holds the other end of our standard input; it closes when that process ends, even if killed. */
  private static void stopWithParent() {
    var watch = new Thread(() -> {
      try { System.in.transferTo(OutputStream.nullOutputStream()); } catch (IOException asGoodAsTheEnd) { }
      System.exit(0);
    }, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** No default credential may work (S03): the engine does not start with one. */
  private static void refuseWeakSecret(String user, String password) {
    boolean weak = password == null || password.length() < 16 || password.equals(user);
    if (user == null || user.isBlank() || user.equals("demo") || weak) {
      System.err.println("ENGINE_ADMIN_USER and ENGINE_ADMIN_PASSWORD (16 characters or more, no example) must be set.");
      System.exit(78);
    }
  }
}
