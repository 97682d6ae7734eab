package city.onething.engine;

import java.io.*;
import java.lang.reflect.Proxy;
import java.util.*;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The process engine with its REST API and web applications. Nothing of the domain lives here. */
@SpringBootApplication
@EnableScheduling
public class EngineApplication implements BeanPostProcessor {

  private static final Set<String> PAST_VALUES = Set.of("VARIABLE_INSTANCE_UPDATE_DETAIL", "FORM_PROPERTY_UPDATE");

  public static void main(String[] arguments) {
    refuseWeakSecret(System.getenv("ENGINE_ADMIN_USER"), System.getenv("ENGINE_ADMIN_PASSWORD"));
    if (System.getenv("ENGINE_STOP_WITH_PARENT") != null) { stopWithParent(); }
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

  /** History is full but for what variables and forms were before: words taken out of a variable are gone (S11). */
  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (name.equals("processEngineConfigurationImpl")) {
      var configuration = new BeanWrapperImpl(bean);
      Class<?> level = configuration.getPropertyType("historyLevel");
      Object ours = Proxy.newProxyInstance(level.getClassLoader(), new Class<?>[] {level}, (proxy, method, asked) ->
          method.getName().equals("isHistoryEventProduced") && PAST_VALUES.contains(asked[0].toString())
              ? false : method.invoke(level.getField("HISTORY_LEVEL_FULL").get(null), asked));
      configuration.setPropertyValue("customHistoryLevels", List.of(ours));  // of two with one name the last counts
    }
    return bean;
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
