/** A piece of work; it handles its own errors. */
type Job = () => void | Promise<void>

/** Runs jobs one after the other, in the order in which they were added. */
export interface Schedule {
  add(job: Job): void
  /** Resolves when no job is left. */
  idle(): Promise<void>
}

/** A schedule whose jobs run at once where all of them are synchronous, else in turn. */
export function makeSchedule(synchronous: boolean): Schedule {
  return synchronous ? atOnce : inTurn()
}

const atOnce: Schedule = {
  add: (job) => void job(),
  idle: async () => undefined,
}

function inTurn(): Schedule {
  let waiting: Job[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const jobs = waiting
      waiting = []
      for (const job of jobs) {
        const done = job()
        if (done !== undefined) await done
      }
    }
    running = undefined
  }

  return {
    add: (job) => {
      waiting.push(job)
      running ??= Promise.resolve().then(run)
    },
    idle: async () => {
      while (running !== undefined) await running
    },
  }
}
