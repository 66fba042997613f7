import { exchangeBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { closeScope, openScope } from '../memory/scope.ts'
import { type DrawLog, drawLog, logDraws, repeatDraws } from '../random/draw-log.ts'
import type { Storage } from '../tensor/storage.ts'
import { cloneHandle, Tensor, unscopedHandle } from '../tensor/tensor.ts'
import { Variable } from '../tensor/variable.ts'
import { tellOfWrite, variablesMade, withWrites, witnessWrites } from '../tensor/variable-writes.ts'
import { Node, type OpRecord, releaseNode } from './node.ts'
import { RecomputedOp } from './recomputed-op.ts'
import { active, enlist, noteNodes, recordApart } from './recording.ts'
import { mapStructure, type Structure } from './structure.ts'

/** The record of the node that holds what a call needs to run again. It comes before the call's own nodes. */
const checkpointRecord: OpRecord = {
  name: 'checkpoint',
  savedInputs: 0,
  savesOutput: false,
  rules: [],
  joint: null,
  saved: () => undefined as never,
}

/**
 * One call of a checkpointed function.
 *
 * Its operations are recorded like any others, so that the graph is complete, whatever the function reads and however
 * often it is differentiated. Then the values that they saved are given back. The first rule that wants one has the
 * function run again, apart from all recordings: it makes the same nodes once more, in the same order, and what those
 * save goes to the first ones.
 */
export class CheckpointedCall {
  readonly #f: (...args: never) => unknown
  readonly #args: unknown
  readonly #held: Tensor[] = []
  /** The values that variables had, where they have others by now. */
  readonly #variables = new Map<Variable, Tensor>()
  readonly #draws: DrawLog = drawLog()
  readonly #backend = keptBackend()
  readonly #endWitness: () => void
  #nodes: readonly Node[] = []

  constructor(f: (...args: never) => unknown, args: readonly Structure[]) {
    this.#f = f
    this.#args = mapStructure(args, (x) => (x instanceof Variable ? x : this.#hold(x)))
    this.#endWitness = witnessWrites((variable) => {
      if (!this.#variables.has(variable)) this.#variables.set(variable, unscopedHandle(variable))
    })
  }

  /** Runs the function for the first time. */
  run(): unknown {
    const holder = new Node(checkpointRecord, undefined, active)
    holder.residuals = [this]
    enlist(holder, active)
    const before = variablesMade()
    try {
      const { result, nodes } = noteNodes(() => logDraws(this.#draws, () => this.#call()))
      this.#nodes = nodes.filter(({ mask }) => mask !== 0)
      holder.mask = unionOf(this.#nodes)
      // A function that made its variables in this call does not do the same a second time: its values stay saved.
      if (variablesMade() !== before || this.#nodes.length === 0) this.#end(holder)
      else for (const node of this.#nodes) RecomputedOp.replace(node, this)
      return result
    } catch (error) {
      this.#end(holder)
      throw error
    }
  }

  /** Runs the function again, for the values that its operations saved. */
  recompute(): void {
    for (const node of this.#nodes) RecomputedOp.of(node, this)?.forget(node)
    const recordings = unionOf(this.#nodes)
    const outer = openScope()
    try {
      this.#take(
        recordApart(recordings, () => this.#repeat()),
        recordings,
      )
    } catch (error) {
      throw error instanceof DisposedError ? goneError(error) : error
    } finally {
      closeScope(outer, [])
    }
  }

  /** Another call ran again and with it this one; its nodes have the places of those that were first. */
  moveTo(places: ReadonlyMap<Node, Node>): void {
    this.#nodes = this.#nodes.map((node) => places.get(node) ?? node)
    for (const tensor of this.#held) relink(tensor, places)
  }

  /** Gives back what it holds; the node that has it calls this. */
  dispose(): void {
    this.#endWitness()
    for (const tensor of [...this.#held, ...this.#variables.values()]) tensor.dispose()
    this.#held.length = 0
    this.#variables.clear()
  }

  #hold(x: Tensor): Tensor {
    const handle = unscopedHandle(x)
    this.#held.push(handle)
    return handle
  }

  #end(holder: Node): void {
    holder.residuals = null
    this.dispose()
  }

  #call(): unknown {
    const args = mapStructure(this.#args, (x) => (x instanceof Variable ? x : cloneHandle(x)))
    return this.#f(...(args as never))
  }

  /** Runs the function with the variables, random numbers and backend of the first time, and leaves all as it was. */
  #repeat(): void {
    const present = new Map<Variable, Storage>()
    const keep = (variable: Variable): void => {
      if (present.has(variable)) return
      variable.storage.refs++
      present.set(variable, variable.storage)
    }
    const backend = exchangeBackend(this.#backend)
    withWrites(keep, () => {
      try {
        for (const [variable, { storage }] of this.#variables) {
          if (variable.disposed) continue
          storage.refs++
          present.set(variable, variable.exchangeStorage(storage))
        }
        repeatDraws(this.#draws, () => this.#call())
      } finally {
        exchangeBackend(backend)
        for (const [variable, storage] of present) {
          // Checkpointed calls inside remember the value that they saw.
          tellOfWrite(variable)
          variable.exchangeStorage(storage).release()
        }
      }
    })
  }

  /** Gives the first nodes what the second ones saved. */
  #take(made: readonly Node[], recordings: number): void {
    const first = this.#nodes.filter(({ mask }) => (mask & recordings) !== 0)
    const differs = made.findIndex(({ op }, i) => op.name !== first[i]?.op.name)
    if (differs >= 0 || made.length !== first.length) {
      made.forEach(releaseNode)
      const at = differs < 0 ? made.length : differs
      throw new ArgumentError('the function computed something else when it ran again', {
        op: 'checkpoint',
        received: { 'the first time': first[at]?.op.name, 'the second time': made[at]?.op.name },
        expected: 'the same operations in each call',
        hint: 'it must not depend on anything that changes but its arguments, variables and random numbers',
      })
    }
    const places = new Map(made.map((node, i) => [node, first[i]!]))
    made.forEach((node, i) => {
      const to = first[i]!
      const op = RecomputedOp.of(to, this)
      if (op === null || to.released) releaseNode(node)
      else moveSaved(node, to, op, places)
    })
  }
}

function moveSaved(from: Node, to: Node, op: RecomputedOp, places: ReadonlyMap<Node, Node>): void {
  op.current = from.op
  to.input0 = from.input0
  to.input1 = from.input1
  to.inputs = from.inputs
  to.output = from.output
  to.residuals = from.residuals
  from.residuals = null
  from.released = true
  const inputs = to.inputs ?? [to.input0, to.input1]
  for (const held of [...inputs, to.output, ...(to.residuals ?? [])]) {
    if (held instanceof Tensor) relink(held, places)
    else if (held instanceof CheckpointedCall) held.moveTo(places)
  }
}

/** Puts a tensor into the place on the tape that it had the first time. */
function relink(tensor: Tensor, places: ReadonlyMap<Node, Node>): void {
  if (tensor.node !== null) tensor.node = places.get(tensor.node) ?? tensor.node
}

function unionOf(nodes: readonly Node[]): number {
  return nodes.reduce((bits, { mask }) => bits | mask, 0)
}

function keptBackend(): ReturnType<typeof exchangeBackend> {
  const backend = exchangeBackend(undefined)
  exchangeBackend(backend)
  return backend
}

function goneError(cause: DisposedError): DisposedError {
  return new DisposedError('the function reads what is gone when it runs again in the backward pass', {
    op: 'checkpoint',
    hint: 'pass the tensor to the function as an argument, or keep it until then',
    cause,
  })
}
