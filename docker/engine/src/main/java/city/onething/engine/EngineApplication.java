package city.onething.engine;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The process engine with its REST API and web applications. Nothing of the domain lives here. */
@SpringBootApplication
public class EngineApplication {

  private static final Set<String> WELL_KNOWN =
      Set.of("", "demo", "admin", "camunda", "operaton", "password", "changeme", "secret");

  public static void main(String[] arguments) {
    refuseWeakSecret(System.getenv("ENGINE_ADMIN_USER"), System.getenv("ENGINE_ADMIN_PASSWORD"));
    SpringApplication.run(EngineApplication.class, arguments);
  }

  /** No default credential may work (S03): the engine does not start with one. */
  private static void refuseWeakSecret(String user, String password) {
    boolean weak = password == null || password.length() < 16
        || WELL_KNOWN.contains(password.toLowerCase(Locale.ROOT)) || password.equals(user);
    if (user == null || user.isBlank() || user.equals("demo") || weak) {
      System.err.println("ENGINE_ADMIN_USER and ENGINE_ADMIN_PASSWORD (16 characters or more, no example) must be set.");
      System.exit(78);
    }
  }
}
