package city.onething.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
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
    var authentication = new AlwaysAsked((Filter) type.getDeclaredConstructor().newInstance());
    var registration = new FilterRegistrationBean<Filter>(authentication);
    registration.addInitParameter(
        "authentication-provider", enginePackage + REST_SECURITY + "impl.HttpBasicAuthenticationProvider");
    registration.addUrlPatterns("/engine-rest/*");
    registration.setName("rest-authentication");
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    registration.setAsyncSupported(true);
    return registration;
  }

  /**
   * The engine's filter leaves one address open, the list of engines, and judges by the address as it was typed. It is
   * shown another address, so it asks for the password every time (S01).
   */
  private record AlwaysAsked(Filter authentication) implements Filter {

    @Override
    public void init(FilterConfig config) throws ServletException {
      authentication.init(config);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      var shown = new HttpServletRequestWrapper((HttpServletRequest) request) {
        @Override
        public String getRequestURI() {
          return getContextPath() + getServletPath() + "/asked";
        }
      };
      authentication.doFilter(shown, response, (same, answer) -> chain.doFilter(request, answer));
    }
  }
}
