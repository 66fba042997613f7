/** Sizes of a sequence, and which steps of which samples count: [time, batch]. */
export interface Network {
  readonly time: number
  readonly batch: number
  readonly units: number
  readonly mask: readonly number[]
}

/** Plain numbers, in the layouts of the keys; `initial` has h, and of an LSTM c behind it. */
export interface Given {
  readonly projected: readonly number[]
  readonly weights: readonly number[]
  readonly bias: readonly number[]
  readonly initial: readonly number[]
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** h · weights for one column. */
function product(h: readonly number[], weights: readonly number[], column: number): number {
  const columns = weights.length / h.length
  return h.reduce((sum, value, unit) => sum + value * weights[unit * columns + column]!, 0)
}

/** All h, then all c: [2, time, batch, units]. */
export function plainLstm({ time, batch, units, mask }: Network, given: Given): number[] {
  const hs: number[] = []
  const cs: number[] = []
  for (let t = 0; t < time; t++) {
    for (let b = 0; b < batch; b++) {
      const row = (of: readonly number[], from: number): number[] =>
        t === 0
          ? given.initial.slice(from + b * units, from + (b + 1) * units)
          : of.slice(((t - 1) * batch + b) * units, ((t - 1) * batch + b + 1) * units)
      const h = row(hs, 0)
      const c = row(cs, batch * units)
      for (let unit = 0; unit < units; unit++) {
        const sum = (gate: number): number => {
          const column = gate * units + unit
          return given.projected[(t * batch + b) * 4 * units + column]! + product(h, given.weights, column)
        }
        const counts = mask[t * batch + b] === 1
        const cell = sigmoid(sum(1)) * c[unit]! + sigmoid(sum(0)) * Math.tanh(sum(2))
        cs.push(counts ? cell : c[unit]!)
        hs.push(counts ? sigmoid(sum(3)) * Math.tanh(cell) : h[unit]!)
      }
    }
  }
  return [...hs, ...cs]
}

/** All h: [time, batch, units]. */
export function plainGru({ time, batch, units, mask }: Network, given: Given): number[] {
  const hs: number[] = []
  for (let t = 0; t < time; t++) {
    for (let b = 0; b < batch; b++) {
      const from = ((t - 1) * batch + b) * units
      const h = (t === 0 ? given.initial.slice(b * units) : hs.slice(from)).slice(0, units)
      for (let unit = 0; unit < units; unit++) {
        const input = (gate: number): number =>
          given.projected[(t * batch + b) * 3 * units + gate * units + unit]!
        const state = (gate: number): number => {
          const column = gate * units + unit
          return product(h, given.weights, column) + given.bias[column]!
        }
        const z = sigmoid(input(0) + state(0))
        const n = Math.tanh(input(2) + sigmoid(input(1) + state(1)) * state(2))
        hs.push(mask[t * batch + b] === 1 ? z * h[unit]! + (1 - z) * n : h[unit]!)
      }
    }
  }
  return hs
}

/** The derivative of Σ slopes · f by each number of one input, from differences. */
export function differences(
  f: (given: Given) => readonly number[],
  given: Given,
  name: keyof Given,
  slopes: readonly number[],
): number[] {
  const step = 1e-5
  const loss = (changed: readonly number[]): number =>
    f({ ...given, [name]: changed }).reduce((sum, value, i) => sum + value * slopes[i]!, 0)
  return given[name].map((value, i) => {
    const [up, down] = [value + step, value - step].map((x) => loss(given[name].with(i, x)))
    return (up! - down!) / (2 * step)
  })
}
