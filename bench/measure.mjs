// node measure.mjs PEER WORKLOAD THREADS MILLISECONDS: measures one peer, in a process of its own, and prints a line of
// JSON for each case. run.mjs calls it.
import { workloads } from './workloads.mjs'

const [peer, id, threads, milliseconds] = process.argv.slice(2)
const leastSamples = 10
const leastSample = 2
const longest = 20_000

const started = await (await import(`./peers/${peer}.mjs`)).start({ threads: Number(threads) })
const make = started.workloads[id]
for (const entry of make === undefined ? [] : workloads[id].cases) {
  const { step, result, end } = await make(entry.arguments)
  entry.check(await result(), entry.arguments)
  const measured = await sample(step)
  await end()
  console.log(JSON.stringify({ peer, workload: id, case: entry.name, threads: started.threads, ...measured }))
}

/** Warms up, then takes samples of some milliseconds until there are enough of them. */
async function sample(step) {
  const estimate = await warmUp(step)
  const steps = Math.max(1, Math.ceil(leastSample / estimate))
  const wall = []
  const cpu = []
  const start = performance.now()
  for (let elapsed = 0; ; elapsed = performance.now() - start) {
    if (wall.length >= leastSamples && elapsed >= Number(milliseconds)) break
    if (wall.length >= 3 && elapsed >= longest) break
    const before = process.cpuUsage()
    wall.push((await time(step, steps)) / steps)
    const { user, system } = process.cpuUsage(before)
    cpu.push((user + system) / 1000 / steps)
  }
  return { wall, cpu }
}

/** Runs until kernels are compiled for good, and tells about how many milliseconds a step takes. */
async function warmUp(step) {
  const start = performance.now()
  let steps = 0
  while (steps < 3 || performance.now() - start < 300) {
    await time(step, 1)
    steps++
  }
  return (performance.now() - start) / steps
}

async function time(step, steps) {
  const start = performance.now()
  for (let i = 0; i < steps; i++) {
    const pending = step()
    if (pending instanceof Promise) await pending
  }
  return performance.now() - start
}
