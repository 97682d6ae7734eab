package city.onething.engine;

import com.fasterxml.jackson.core.*;
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
 * engine does, so an escaped key is seen. Also closes the first-run setup endpoint, which creates administrators, and keeps
 * the accounts of programs out of pages that everybody reaches: a wrong password there would shut them out (S03).
 */
class QueryFilter extends OncePerRequestFilter {

  private static final Pattern QUERY_ROUTE = Pattern.compile(
      ".*/(task|filter|execution|process-instance|process-definition|external-task|job|incident|variable-instance"
          + "|batch|user|group|authorization|history/[a-z-]+)(/(count|create|list|singleResult))*/?$|.*/filter/.*");
  private static final Pattern EXPRESSION = Pattern.compile("(?i)expression$"), TEMPLATE = Pattern.compile("[$#]\\{");
  private static final String NO_EXPRESSIONS = "{\"type\":\"InvalidRequest\",\"message\":\"no expressions in queries\"}";

  // A key given twice would show us one value and the engine perhaps the other.
  private final ObjectMapper json = new ObjectMapper(new JsonFactoryBuilder().streamReadConstraints(
      StreamReadConstraints.builder().maxNestingDepth(100).build()).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private final int maxBodyBytes;
  private final Set<String> programs;

  QueryFilter(int maxBodyBytes, Set<String> programs) {
    this.maxBodyBytes = maxBodyBytes;
    this.programs = programs;
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
    } else if (path.matches(".*/login/(tasklist|welcome)/*")
        && !Collections.disjoint(programs, List.of(request.getParameterMap().getOrDefault("username", new String[0])))) {
      answer(response, 403, "{\"type\":\"Forbidden\",\"message\":\"programs log in to no page\"}");
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
    String type = String.valueOf(request.getContentType());
    return !request.getMethod().equals("GET") && !type.matches("(?is)(multipart/form-data|application/x-www-form-urlencoded).*");
  }

  private static boolean hasExpression(JsonNode node, boolean query) {
    return query && node.isTextual() && TEMPLATE.matcher(node.textValue()).find()
        || node.propertyStream().anyMatch(field -> EXPRESSION.matcher(field.getKey()).find())
        || node.valueStream().anyMatch(value -> hasExpression(value, query));
  }

  private static boolean hasExpression(String queryString) {
    return queryString != null && Arrays.stream(queryString.split("&"))
        .map(pair -> URLDecoder.decode(pair.replaceAll("%(?![0-9a-fA-F]{2})", "%25"), StandardCharsets.UTF_8))
        .anyMatch(pair -> EXPRESSION.matcher(pair.split("=", 2)[0]).find() || TEMPLATE.matcher(pair).find());
  }

  private static void answer(HttpServletResponse response, int status, String body) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.getWriter().write(body);
  }
}
