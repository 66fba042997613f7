/** How long a run may hold the thread before others get their turn. */
const longestTurn = 50

/** Lets the event loop (drawing, input, signals) run from time to time during a long computation. */
export class Pace {
  #since = performance.now()

  async breathe(): Promise<void> {
    if (performance.now() - this.#since < longestTurn) return
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
    this.#since = performance.now()
  }
}
