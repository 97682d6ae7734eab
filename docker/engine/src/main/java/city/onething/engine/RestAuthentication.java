package city.onething.engine;

import jakarta.servlet.*;
import jakarta.servlet.http.*;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.tomcat.util.security.ConcurrentMessageDigest;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The engine's own filter checks a header. Who it was is remembered for a minute, in memory, under the header's hash; a
 * refusal and any change of people through REST forget everybody. Without it each request costs three transactions more.
 */
class RestAuthentication extends OncePerRequestFilter {

  private record Known(Object who, long since) {}
  private final ConcurrentHashMap<ByteBuffer, Known> known = new ConcurrentHashMap<>();
  private final Filter engine;
  private final Supplier<Object> identities;

  RestAuthentication(Filter engine, Supplier<Object> identities) {
    this.engine = engine;
    this.identities = identities;
  }

  @Override
  protected void initFilterBean() throws ServletException {
    engine.init(getFilterConfig());
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] header = String.valueOf(request.getHeader("Authorization")).getBytes(StandardCharsets.UTF_8);
    var key = ByteBuffer.wrap(ConcurrentMessageDigest.digest("SHA-256", header));
    var identity = new BeanWrapperImpl(identities.get());
    var seen = known.get(key);
    if (seen != null && seen.who() != null && System.nanoTime() - seen.since() < 60_000_000_000L) {
      identity.setPropertyValue("authentication", seen.who());
      try {
        chain.doFilter(request, response);
      } finally {
        identity.setPropertyValue("authentication", null);
      }
    } else {
      // The engine's filter leaves the list of engines open and judges by the address as typed: show it another (S01).
      var shown = new HttpServletRequestWrapper(request) {
        @Override public String getRequestURI() { return getContextPath() + getServletPath() + "/asked"; }
      };
      engine.doFilter(shown, response, (same, answer) -> {
        known.put(key, new Known(identity.getPropertyValue("currentAuthentication"), System.nanoTime()));
        chain.doFilter(request, answer);
      });
    }
    boolean people = request.getRequestURI().matches(".*/(user|group|tenant)/.*") && !request.getMethod().equals("GET");
    if (people || response.getStatus() == HttpServletResponse.SC_UNAUTHORIZED) {
      known.clear();
    }
  }
}
