/** A piece of work. */
type Job = () => void | Promise<void>

/** Runs jobs one after the other, in the order in which they were added. */
export interface Schedule {
  add(job: Job): void
  /** Resolves when no job is left. */
  idle(): Promise<void>
}

/**
 * A schedule whose jobs run at once where all of them are synchronous, else in turn. What a job throws goes to
 * `onError`, and the next one runs.
 */
export function makeSchedule(synchronous: boolean, onError: (error: unknown) => void): Schedule {
  return synchronous ? atOnce(onError) : inTurn(onError)
}

function atOnce(onError: (error: unknown) => void): Schedule {
  return {
    add: (job) => {
      try {
        void job()?.catch(onError)
      } catch (error) {
        onError(error)
      }
    },
    idle: async () => undefined,
  }
}

function inTurn(onError: (error: unknown) => void): Schedule {
  let waiting: Job[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const jobs = waiting
      waiting = []
      for (const job of jobs) {
        try {
          const done = job()
          if (done !== undefined) await done
        } catch (error) {
          onError(error)
        }
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
