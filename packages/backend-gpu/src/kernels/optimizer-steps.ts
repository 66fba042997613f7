import { adamKernel, type KernelTable, rmspropKernel, sgdKernel, type View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle } from '../device/slot.ts'
import { kernel } from './kernel.ts'

/*
 * The steps of optimizers, one launch for each tensor that changes: the state first, then the variable by it. A launch
 * reads what its target held before.
 */

/** Adds the kernels of core's optimizers. */
export function addOptimizerSteps(queue: DeviceQueue, kernels: KernelTable): void {
  const change = changer(queue)

  kernels.set(sgdKernel, (g, w, m, { learningRate, momentum, nesterov, decay }) => {
    const rates = { learningRate, momentum, decay }
    if (m === null) {
      change('sgd', w, `${decayed(decay)} - learningRate * g`, { g, w }, rates)
      return
    }
    change('sgd', m, 'momentum * m - learningRate * g', { g, m }, rates)
    const step = nesterov ? '(momentum * m - learningRate * g)' : 'm'
    change('sgd', w, `${decayed(decay)} + ${step}`, { g, w, m }, rates)
  })

  kernels.set(rmspropKernel, (g, w, v, m, a, { learningRate, rho, momentum, epsilon, decay }) => {
    const rates = { learningRate, rho, rest: 1 - rho, momentum, epsilon, decay }
    change('rmsprop', v, 'rho * v + rest * g * g', { g, v }, rates)
    if (a !== null) change('rmsprop', a, 'rho * a + rest * g', { g, a }, rates)
    const spread = a === null ? 'v' : '(v - a * a)'
    const step = `learningRate * g / Math.sqrt(${spread} + epsilon)`
    const inputs = a === null ? { g, v } : { g, v, a }
    if (m === null) {
      change('rmsprop', w, `${decayed(decay)} - ${step}`, { ...inputs, w }, rates)
      return
    }
    change('rmsprop', m, `momentum * m + ${step}`, { ...inputs, m }, rates)
    change('rmsprop', w, `${decayed(decay)} - m`, { w, m }, rates)
  })

  kernels.set(adamKernel, (g, w, m, v, h, { alpha, beta1, beta2, epsilon, decay }) => {
    const rates = { alpha, rest1: 1 - beta1, rest2: 1 - beta2, epsilon, decay }
    change('adam', m, 'm + rest1 * (g - m)', { g, m }, rates)
    change('adam', v, 'v + rest2 * (g * g - v)', { g, v }, rates)
    if (h !== null) change('adam', h, 'larger(h, v)', { h, v }, rates)
    const spread = h === null ? { v } : { h }
    const root = `Math.sqrt(${h === null ? 'v' : 'h'})`
    change('adam', w, `${decayed(decay)} - alpha * m / (${root} + epsilon)`, { w, m, ...spread }, rates)
  })
}

/** Without decay the variable stays as it is: ∞ − 0·∞ would be NaN. */
function decayed(decay: number): string {
  return decay === 0 ? 'w' : '(w - decay * w)'
}

/** Computes `target` from arrays and numbers that the expression names. */
type Change = (
  op: string,
  target: View,
  expression: string,
  arrays: Readonly<Record<string, View>>,
  numbers: Readonly<Record<string, number>>,
) => void

function changer(queue: DeviceQueue): Change {
  return (op, target, expression, arrays, numbers) => {
    const names = Object.keys(arrays)
    const floats = Object.keys(numbers).filter((name) => new RegExp(`\\b${name}\\b`).test(expression))
    const views = names.map((name) => arrays[name] as View<GpuHandle>)
    queue.launch({
      op,
      source: kernel(`${op}: ${expression}`, () => ({
        arrays: names.map((name) => `${name}s`),
        integers: names.map((name) => `${name}o`),
        floats,
        body: `${names.map((name) => `const ${name} = ${name}s[${name}o + this.thread.x];`).join('\n')}
          return ${expression};`,
      })),
      inputs: views.map(({ storage }) => storage),
      integers: views.map(({ offset }) => offset),
      floats: floats.map((name) => numbers[name]!),
      out: (target as View<GpuHandle>).storage,
    })
  }
}
