// camunda-external-task-client-js with handlers that do nothing.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { BasicAuthInterceptor, Client } from "camunda-external-task-client-js";

const { BENCH_URL, BENCH_USER, BENCH_PASSWORD, BENCH_TOPICS, BENCH_SEEN, BENCH_SLOW = "" } = process.env;
const [slow, seconds] = BENCH_SLOW.split("=");

function begin() {
  const client = new Client({
    baseUrl: BENCH_URL,
    interceptors: new BasicAuthInterceptor({ username: BENCH_USER, password: BENCH_PASSWORD }),
    maxTasks: Number(process.env.BENCH_MAX_TASKS ?? 32),
    maxParallelExecutions: Number(process.env.BENCH_MAX_TASKS ?? 32),
    interval: Number(process.env.BENCH_INTERVAL ?? 10), // its default of 300 ms allows 33 tasks a second
    asyncResponseTimeout: 5000,
    lockDuration: 5000,
  });
  for (const topic of BENCH_TOPICS.split(",")) {
    client.subscribe(topic, async ({ task, taskService }) => {
      if (BENCH_SEEN) appendFileSync(BENCH_SEEN, `${task.id} ${Date.now() / 1000}\n`);
      if (topic === slow) await new Promise((done) => setTimeout(done, Number(seconds) * 1000));
      await taskService.complete(task);
    });
  }
}

createInterface({ input: process.stdin }).once("line", begin);
console.log("READY");
