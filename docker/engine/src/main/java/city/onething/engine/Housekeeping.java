package city.onething.engine;

import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** H2 reuses its file's space (at WRITE_DELAY=0 only when closed) and loses an index that makes it read every variable. */
@Component
@ConditionalOnExpression("'${spring.datasource.url}'.startsWith('jdbc:h2:')")
record Housekeeping(DataSource database) {

  @Scheduled(fixedDelay = 1000)
  void compact() throws Exception {
    try (var connection = database.getConnection()) {
      connection.createStatement().execute("DROP INDEX IF EXISTS ACT_IDX_VARIABLE_TASK_NAME_TYPE"); // docs/profile.md
      ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase().getStore().getMvStore().compact(50, 16 << 20);
    }
  }
}
