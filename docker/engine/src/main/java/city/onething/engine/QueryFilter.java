package city.onething.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.*;
import jakarta.servlet.*;
import jakarta.servlet.http.*;
import java.io.*;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps expressions out of queries (S04): whoever can put one into a query runs code on this host. Reads the JSON as the
 * engine does, so an escaped key is seen. Also closes the first-run setup endpoint, which creates administrators (S03).
 */
class QueryFilter extends OncePerRequestFilter {

  private static final Pattern QUERY_ROUTE = Pattern.compile(
      ".*/(task|filter|execution|process-instance|process-definition|external-task|job|incident|variable-instance"
          + "|batch|user|group|authorization|history/[a-z-]+)(/(count|create|list|singleResult))*/?$|.*/filter/.*");
  private static final String NO_EXPRESSIONS =
      "{\"type\":\"InvalidRequest\",\"message\":\"expressions are not allowed in queries\"}";

  // A key given twice would show us one value and the engine perhaps the other.
  private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  private final int maxBodyBytes;

  QueryFilter(int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String path = (request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo()));
    boolean engine = path.startsWith("/engine-rest") || path.contains("/api/");
    if (path.equals("/health")) {
      answer(response, 200, "{\"status\":\"UP\"}");
    } else if (path.contains("/api/admin/setup")) {
      answer(response, 403, "{\"type\":\"Forbidden\",\"message\":\"setup is closed\"}");
    } else if (engine && hasExpression(request.getQueryString())) {
      answer(response, 400, NO_EXPRESSIONS);
    } else if (engine && carriesJson(request)) {
      inspect(request, response, chain, QUERY_ROUTE.matcher(path).matches());
    } else {
      chain.doFilter(request, response);
    }
  }

  private void inspect(HttpServletRequest request, HttpServletResponse response, FilterChain chain, boolean query)
      throws ServletException, IOException {
    byte[] body = request.getInputStream().readNBytes(maxBodyBytes + 1);
    if (body.length > maxBodyBytes) {
      answer(response, 413, "{\"type\":\"InvalidRequest\",\"message\":\"request body too large\"}");
      return;
    }
    try {
      if (body.length > 0 && hasExpression(json.readTree(body), query)) {
        answer(response, 400, NO_EXPRESSIONS);
        return;
      }
    } catch (IOException notJson) {
      answer(response, 400, "{\"type\":\"InvalidRequest\",\"message\":\"the body is not JSON\"}");
      return;
    }
    chain.doFilter(rereadable(request, body), response);
  }

  /** The request, whose body was read once already, giving it again. */
  private static HttpServletRequest rereadable(HttpServletRequest request, byte[] body) {
    var bytes = new ByteArrayInputStream(body);
    var stream = new ServletInputStream() {
      @Override public int read() { return bytes.read(); }
      @Override public int read(byte[] target, int offset, int length) { return bytes.read(target, offset, length); }
      @Override public boolean isFinished() { return bytes.available() == 0; }
      @Override public boolean isReady() { return true; }
      @Override public void setReadListener(ReadListener listener) { throw new UnsupportedOperationException("in memory"); }
    };
    return new HttpServletRequestWrapper(request) {
      @Override public ServletInputStream getInputStream() { return stream; }
    };
  }

  private static boolean carriesJson(HttpServletRequest request) {
    String type = request.getContentType() == null ? "" : request.getContentType().toLowerCase(Locale.ROOT);
    boolean form = type.startsWith("multipart/form-data") || type.startsWith("application/x-www-form-urlencoded");
    return !request.getMethod().equals("GET") && !form;
  }

  private static boolean hasExpression(JsonNode node, boolean query) {
    return query && node.isTextual() && isTemplate(node.textValue())
        || node.propertyStream().anyMatch(field -> isExpressionKey(field.getKey()))
        || node.valueStream().anyMatch(value -> hasExpression(value, query));
  }

  private static boolean hasExpression(String queryString) {
    return queryString != null && Arrays.stream(queryString.split("&"))
        .map(pair -> URLDecoder.decode(pair.replaceAll("%(?![0-9a-fA-F]{2})", "%25"), StandardCharsets.UTF_8))
        .anyMatch(pair -> isExpressionKey(pair.split("=", 2)[0]) || isTemplate(pair));
  }

  private static boolean isExpressionKey(String key) {
    return key.toLowerCase(Locale.ROOT).endsWith("expression");
  }

  private static boolean isTemplate(String text) {
    return text.contains("${") || text.contains("#{");
  }

  private static void answer(HttpServletResponse response, int status, String body) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.getWriter().write(body);
  }
}
