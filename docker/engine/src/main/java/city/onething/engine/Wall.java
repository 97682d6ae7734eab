package city.onething.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.Filter;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** What every request passes: the query filter first, then Basic authentication in front of the REST API. */
@Configuration
public class Wall {

  private static final String REST_SECURITY = ".bpm.engine.rest.security.auth.";

  @Bean
  FilterRegistrationBean<QueryFilter> queryFilter(@Value("${onething.max-body-bytes}") int maxBodyBytes) {
    var registration = new FilterRegistrationBean<>(new QueryFilter(new ObjectMapper(), maxBodyBytes));
    registration.addUrlPatterns("/*");
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    registration.setAsyncSupported(true);
    return registration;
  }

  /** The engine's own filter, by name, since the two flavours keep it in different packages. */
  @Bean
  FilterRegistrationBean<Filter> restAuthentication(@Value("${onething.engine-package}") String enginePackage)
      throws ReflectiveOperationException {
    var type = Class.forName(enginePackage + REST_SECURITY + "ProcessEngineAuthenticationFilter");
    var registration = new FilterRegistrationBean<>((Filter) type.getDeclaredConstructor().newInstance());
    registration.addInitParameter(
        "authentication-provider", enginePackage + REST_SECURITY + "impl.HttpBasicAuthenticationProvider");
    registration.addUrlPatterns("/engine-rest/*");
    registration.setName("rest-authentication");
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    registration.setAsyncSupported(true);
    return registration;
  }
}
