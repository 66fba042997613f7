import { TapegradError } from '@tapegrad/core'
import type { Handle, HelperFunction, KernelFunction } from '../gpu-js.ts'
import { argumentType, callees, functions, resultType } from '../kernels/functions/index.ts'
import type { KernelSource } from '../kernels/kernel.ts'
import type { Device } from './device.ts'
import { kernelSettings } from './kernel-settings.ts'

/** What shading languages have no literals for: kernels that name them get them as arguments. */
const constants: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY }

interface Compiled {
  readonly run: KernelFunction
  readonly constants: readonly number[]
  /** Whether it is known to run in the device's mode. */
  checked: boolean
}

/** Calls a kernel for `length` elements with arrays, whole numbers and floats in the order of its source. */
export type Call = (
  source: KernelSource,
  length: number,
  arrays: readonly Handle[],
  numbers: readonly number[],
) => { readonly run: KernelFunction; readonly ready?: Promise<void>; call(): Handle | Promise<Handle> }

/** The compiled kernels of a device: each source is compiled once, on its first call. */
export function makeLauncher(device: Device): Call {
  const compiled = new Map<string, Compiled>()

  function compile(source: KernelSource, length: number): Compiled {
    const known = compiled.get(source.name)
    if (known !== undefined) return known
    const used = Object.keys(constants).filter((name) => new RegExp(`\\b${name}\\b`).test(source.body))
    const made: Compiled = {
      run: device.gpu.createKernel(
        `function (${[...source.arrays, ...source.integers, ...source.floats, ...used].join(', ')}) {
          ${source.body}
        }`,
        kernelSettings({
          output: [length],
          argumentTypes: Object.fromEntries([
            ...source.arrays.map((name) => [name, source.takesHostArrays ? 'Array' : device.handleType]),
            ...source.integers.map((name) => [name, 'Integer']),
            ...[...source.floats, ...used].map((name) => [name, 'Float']),
          ]),
          functions: callees(source.body).map(helper),
        }),
      ),
      constants: used.map((name) => constants[name]!),
      checked: false,
    }
    compiled.set(source.name, made)
    return made
  }

  return (source, length, arrays, numbers) => {
    const kernel = compile(source, length)
    const args = [...arrays, ...numbers, ...kernel.constants]
    const call = (): Handle | Promise<Handle> => {
      const result = kernel.run(...args)
      if (!kernel.checked) {
        if (!device.isInMode(kernel.run)) throw fellBack(device, kernel.run)
        kernel.checked = true
      }
      device.release(kernel.run)
      return result
    }
    kernel.run.setOutput([length])
    if (kernel.checked || device.prepare === undefined) return { run: kernel.run, call }
    return { run: kernel.run, ready: device.prepare(kernel.run, args), call }
  }
}

function helper(name: string): HelperFunction {
  const source = functions[name]!
  const parameters = /\(([^)]*)\)/.exec(source)![1]!.split(', ')
  return {
    source,
    settings: {
      argumentTypes: Object.fromEntries(parameters.map((parameter) => [parameter, argumentType(name)])),
      returnType: resultType(name),
    },
  }
}

function fellBack(device: Device, run: KernelFunction): TapegradError {
  return new TapegradError('gpu.js fell back to another mode', {
    received: { mode: run.kernel.constructor.mode },
    expected: device.mode,
  })
}
