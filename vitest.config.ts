import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** A file of minutes that begins last keeps one core waiting for the other. */
const LONGEST = "src/simulation/seeds.test.ts";

const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LONGEST);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig({
  resolve: { conditions: ["reactive-production:source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["reactive-production:source", "node", "import", "default"] } },
  test: {
    // Two cores: a worker each. More only makes timers late.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // What is waited for comes in its own time, and a machine with other work is no failure.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Seconds of work are a minute when the machine has other work.
          testTimeout: 60_000,
          setupFiles: ["test/fixed-chance.ts"],
          include: [
            "src/**/*.test.ts",
            "bench/**/*.test.ts",
            "continuity/**/*.test.ts",
            "edge/**/*.test.ts",
            "console/src/**/*.test.ts",
            "test/unit/**/*.test.ts",
            "test/stories/**/*.test.ts",
          ],
        },
      },
      {
        extends: true,
        // A real browser beside the machine's other work: one file at a time, and patience.
        test: {
          name: "console",
          include: ["test/console/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        // Real processes, sockets and seconds: one file at a time.
        test: {
          name: "planet",
          include: ["test/planet/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
