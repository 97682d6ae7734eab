package city.onething.engine;

import jakarta.servlet.Filter;
import java.util.Set;
import org.apache.tomcat.util.security.ConcurrentMessageDigest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.*;
import org.springframework.core.Ordered;

/** What every request passes: the query filter first, then Basic authentication in front of the REST API. */
@Configuration
public class Wall {

  @Bean
  FilterRegistrationBean<Filter> queryFilter(
      @Value("${onething.max-body-bytes}") int maxBodyBytes, @Value("${onething.programs}") Set<String> programs) {
    return first(0, new QueryFilter(maxBodyBytes, programs), "/*");
  }

  /** The engine's own filter, by name, since the two flavours keep it in different packages. */
  @Bean
  FilterRegistrationBean<Filter> restAuthentication(
      @Value("${onething.engine-package}") String enginePackage, ApplicationContext beans) throws Exception {
    ConcurrentMessageDigest.init("SHA-256");
    String security = enginePackage + ".bpm.engine.rest.security.auth.";
    var engine = (Filter) Class.forName(security + "ProcessEngineAuthenticationFilter").getConstructor().newInstance();
    var asks = first(1, new RestAuthentication(engine, () -> beans.getBean("identityService")), "/engine-rest/*");
    asks.addInitParameter("authentication-provider", security + "impl.HttpBasicAuthenticationProvider");
    return asks;
  }

  private static FilterRegistrationBean<Filter> first(int place, Filter filter, String addresses) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.addUrlPatterns(addresses);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
    registration.setAsyncSupported(true);
    return registration;
  }
}
