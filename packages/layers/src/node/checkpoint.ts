import {
  ArgumentError,
  type Backend,
  type Json,
  random,
  SerializationError,
  sameShape,
  type Tensor,
  tensor,
  type Variable,
} from '@tapegrad/core'
import type { Callback, CallbackParams } from '../callbacks/callback.ts'
import { StateReader, savedNumber } from '../callbacks/state-reader.ts'
import { BaseRNN } from '../layers/base-rnn.ts'
import { generatorStates, restoreGenerators } from '../layers/layer-generator.ts'
import type { RNNCell } from '../layers/rnn-cell.ts'
import type { AnyModel } from '../models/model.ts'
import { decodeSafetensors, encodeSafetensors, type StoredArray } from '../saving/safetensors.ts'
import { makeValue, type RunningState, readValue } from '../training/running-state.ts'
import type { TrainingState } from '../training/training-state.ts'

const op = 'BackupAndRestore'
const format = { name: 'tapegrad-checkpoint', version: '1' } as const

type Stateful = Pick<BaseRNN<RNNCell, boolean>, 'states' | 'restoreStates'>

/** A run of `fit`: what a checkpoint is of. */
export interface RunParts {
  readonly model: AnyModel
  readonly training: NonNullable<CallbackParams['training']>
  readonly callbacks: readonly Callback[]
}

interface RunningNotes {
  readonly logs: Json
  readonly weights: readonly number[]
  readonly reported: readonly (readonly [string, number])[]
  /** How many metrics there are. */
  readonly metrics: number
}

/** What a checkpoint holds besides tensors. The digest of the file vouches for it. */
interface Notes {
  readonly inputShape: AnyModel['inputShape']
  readonly training: TrainingState
  readonly running: RunningNotes | null
  readonly stepCount: number
  readonly learningRate: number
  readonly stopTraining: boolean
  readonly defaultGenerator: random.GeneratorState
  readonly generators: readonly (random.GeneratorState | null)[]
  readonly callbacks: readonly { readonly [key: string]: Json }[]
}

/** All that a run needs to go on as if it had not been stopped, as one safetensors file. */
export async function encodeCheckpoint({ model, training, callbacks }: RunParts): Promise<Uint8Array> {
  const { optimizer } = model
  const tensors = new Map<string, StoredArray>()
  const put = async (group: string, values: readonly Tensor[]): Promise<void> => {
    for (const [i, value] of values.entries()) tensors.set(`${group}/${i}`, await readValue(value))
  }
  // By position alone: names that layers were given by counting differ between runs of one program.
  await put('weights', model.weights)
  await put('optimizer', optimizer.variables)
  for (const [i, layer] of statefulLayers(model).entries()) await put(`states/${i}`, layer.states ?? [])
  const state = training.state()
  const running = state.step === 0 ? null : await training.running()
  if (running !== null) {
    running.losses.forEach(({ total }, i) => {
      if (total !== null) tensors.set(`losses/${i}/0`, total)
    })
    running.reported.forEach(([, { total }], i) => {
      if (total !== null) tensors.set(`reported/${i}/0`, total)
    })
    running.metrics.forEach((values, i) => {
      values.forEach((value, j) => {
        tensors.set(`metrics/${i}/${j}`, value)
      })
    })
  }
  const states = callbacks.flatMap((each) => each.getState() ?? [])
  for (const [i, each] of states.entries()) await put(`callbacks/${i}`, each.tensors ?? [])
  const notes: Notes = {
    inputShape: model.inputShape,
    training: state,
    running: running === null ? null : savedRunning(running),
    stepCount: optimizer.stepCount ?? optimizer.iterations,
    learningRate: optimizer.learningRate,
    stopTraining: model.stopTraining,
    defaultGenerator: random.defaultGenerator().state,
    generators: generatorStates(model),
    callbacks: states.map(({ values }) => values),
  }
  const metadata = new Map([
    ['format', format.name],
    ['version', format.version],
    ['run', JSON.stringify(notes)],
  ])
  return encodeSafetensors({ tensors, metadata })
}

/** Lets a run that begins go on where the run of a checkpoint was. */
export function restoreCheckpoint(bytes: Uint8Array, { model, training, callbacks }: RunParts): void {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const text = metadata.get('run')
  if (
    metadata.get('format') !== format.name ||
    metadata.get('version') !== format.version ||
    text === undefined
  ) {
    throw new SerializationError('the file is no checkpoint of this version', {
      op,
      received: { format: metadata.get('format'), version: metadata.get('version') },
    })
  }
  const notes = JSON.parse(text) as Notes
  const { optimizer } = model
  if (!model.built) model.build(notes.inputShape)
  const stateful = callbacks.filter((each) => each.getState() !== null)
  if (stateful.length !== notes.callbacks.length) {
    throw otherRun('callbacks', stateful.length, notes.callbacks.length)
  }
  const group = (name: string): readonly StoredArray[] => arraysOf(tensors, name)
  const weights = group('weights')
  checkFit('weights', weights, model.weights)
  if (notes.stepCount > 0 || group('optimizer').length > 0) optimizer.build(model.trainableVariables)
  checkFit('optimizer', group('optimizer'), optimizer.variables)
  // One by one: a second copy of all of them would double the peak of memory.
  model.weights.forEach((each, i) => {
    withValues([weights[i]!], each.storage.backend, ([value]) => void each.assign(value!))
  })
  const backend = model.weights[0]?.storage.backend
  withValues(group('optimizer'), backend, (values) => optimizer.restore(notes.stepCount, values))
  // A rate that follows a schedule is right already, and cannot be set.
  if (optimizer.learningRate !== notes.learningRate) optimizer.learningRate = notes.learningRate
  for (const [i, layer] of statefulLayers(model).entries()) {
    withValues(group(`states/${i}`), backend, (values) => layer.restoreStates(values))
  }
  stateful.forEach((each, i) => {
    withValues(group(`callbacks/${i}`), backend, (values) => {
      each.setState({ values: notes.callbacks[i]!, tensors: values })
    })
  })
  training.restore(notes.training, restoredRunning(notes, group))
  model.stopTraining = notes.stopTraining
  // Last, as all that was made here may have drawn numbers.
  random.setDefaultGenerator(random.Generator.fromState(notes.defaultGenerator))
  if (!restoreGenerators(model, notes.generators)) {
    throw otherRun('random layers', generatorStates(model).length, notes.generators.length)
  }
}

function savedRunning({ logs, losses, reported, metrics }: RunningState): RunningNotes {
  return {
    logs: Object.entries(logs).map(([name, value]) => [name, [savedNumber(value)]]),
    weights: losses.map(({ weight }) => weight),
    reported: reported.map(([name, { weight }]) => [name, weight]),
    metrics: metrics.length,
  }
}

function restoredRunning(
  { running }: Notes,
  group: (name: string) => readonly StoredArray[],
): RunningState | null {
  if (running === null) return null
  const numbers = new StateReader(op, { values: { logs: running.logs } }).namedNumbers('logs')
  return {
    logs: Object.fromEntries(numbers.map(([name, [value]]) => [name, value!])),
    losses: running.weights.map((weight, i) => ({ total: group(`losses/${i}`)[0] ?? null, weight })),
    reported: running.reported.map(([name, weight], i) => [
      name,
      { total: group(`reported/${i}`)[0] ?? null, weight },
    ]),
    metrics: Array.from({ length: running.metrics }, (_, i) => group(`metrics/${i}`)),
  }
}

/** Stateful layers, whose states are no weights. */
function statefulLayers(model: AnyModel): readonly Stateful[] {
  return model
    .flatten()
    .flatMap((layer) => (layer instanceof BaseRNN && layer.stateful ? [layer as Stateful] : []))
}

/** The arrays `group/0`, `group/1` … of a file. */
function arraysOf(tensors: ReadonlyMap<string, StoredArray>, group: string): readonly StoredArray[] {
  const found: StoredArray[] = []
  for (let array = tensors.get(`${group}/0`); array !== undefined; ) {
    found.push(array)
    array = tensors.get(`${group}/${found.length}`)
  }
  return found
}

function checkFit(group: string, arrays: readonly StoredArray[], variables: readonly Variable[]): void {
  if (arrays.length !== variables.length) throw otherRun(group, variables.length, arrays.length)
  variables.forEach((each, i) => {
    const array = arrays[i]!
    if (array.dtype !== each.dtype || !sameShape(array.shape, each.shape)) throw otherRun(group, each, array)
  })
}

function withValues(
  arrays: readonly StoredArray[],
  backend: Backend | undefined,
  use: (values: readonly Tensor[]) => void,
): void {
  const values = arrays.map((each) =>
    backend === undefined ? tensor(each.data, each) : makeValue(each, backend),
  )
  try {
    use(values)
  } finally {
    for (const each of values) each.dispose()
  }
}

function otherRun(what: string, run: unknown, checkpoint: unknown): ArgumentError {
  return new ArgumentError(`the checkpoint is that of a run with other ${what}`, {
    op,
    received: { run, checkpoint },
    hint: 'resume with the model and the callbacks that the run had, or delete the checkpoint',
  })
}
