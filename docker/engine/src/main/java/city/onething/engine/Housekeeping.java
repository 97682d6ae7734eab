package city.onething.engine;

import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Lets the embedded database use its file's space again: with WRITE_DELAY=0 H2 leaves that until it is closed. */
@Component
@ConditionalOnExpression("'${spring.datasource.url}'.startsWith('jdbc:h2:')")
record Housekeeping(DataSource database) {

  @Scheduled(fixedDelay = 1000)
  void compact() throws Exception {
    try (var connection = database.getConnection()) {
      var session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
      session.getDatabase().getStore().getMvStore().compact(50, 16 << 20);
    }
  }
}
