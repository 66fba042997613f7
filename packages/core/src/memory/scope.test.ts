import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { reshape } from '../ops/reshape.ts'
import { sum } from '../ops/sum.ts'
import { ones, scalar, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { memory } from './memory.ts'
import { keep, tidy } from './scope.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

describe('tidy', () => {
  test('disposes what was made in it, and gives back what the function returns', () => {
    const before = memory()
    let inner: Tensor | undefined
    const result = tidy(() => {
      inner = ones([2])
      return sum(add(inner, 1))
    })
    expect(inner!.disposed).toBe(true)
    expect(result.arraySync()).toBe(4)
    expect(backend.live()).toBe(1)
    result.dispose()
    expect(memory()).toEqual(before)
  })

  test('returns values of every kind', () => {
    expect(tidy(() => 3)).toBe(3)
    expect(tidy(() => undefined)).toBeUndefined()
    expect(tidy(() => null)).toBeNull()
    expect(tidy(() => 'text')).toBe('text')
    expect(tidy(() => tidy)).toBe(tidy)
  })

  test('keeps tensors in arrays, plain objects, maps and sets, however deep', () => {
    const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((value) => () => scalar(value))
    const result = tidy(() => {
      scalar(0)
      return {
        list: [a!(), [b!()]],
        map: new Map([['c', c!()]]),
        set: new Set([d!()]),
        bare: Object.assign(Object.create(null), { e: e!() }) as { e: Tensor },
        nothing: null,
      }
    })
    const found = [...result.list.flat(), ...result.map.values(), ...result.set, result.bare.e]
    expect(found.map((x) => x.arraySync())).toEqual([1, 2, 3, 4, 5])
    expect(backend.live()).toBe(5)
  })

  test('finds its way through structures that contain themselves', () => {
    interface Ring {
      x: Tensor
      self?: Ring
    }
    const ring = tidy(() => {
      const made: Ring = { x: scalar(7) }
      made.self = made
      return made
    })
    expect(ring.self!.x.arraySync()).toBe(7)
  })

  test('leaves alone what was made before it, even if returned', () => {
    const x = scalar(1)
    expect(tidy(() => x)).toBe(x)
    expect(tidy(() => [x, tidy(() => x)])[1]).toBe(x)
    expect(x.disposed).toBe(false)
    x.dispose()
    expect(backend.live()).toBe(0)
  })

  test('does not take what it returns from the scope that made it', () => {
    const before = memory()
    tidy(() => {
      const x = scalar(1)
      tidy(() => tidy(() => [x]))
      expect(x.disposed).toBe(false)
    })
    expect(memory()).toEqual(before)
  })

  test('returns a tensor named twice once', () => {
    const [a, b] = tidy(() => {
      const x = scalar(1)
      return [x, x] as const
    })
    expect(a).toBe(b)
    expect(a.arraySync()).toBe(1)
    a.dispose()
    expect(backend.live()).toBe(0)
  })

  test('keeps views alone without what they were made from', () => {
    const view = tidy(() => reshape(ones([6]), [2, 3]))
    expect(view.storage.refs).toBe(1)
    expect(view.arraySync()).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ])
  })

  test('gives what it returns to the tidy around it', () => {
    const before = memory()
    let inner: Tensor | undefined
    let innermost: Tensor | undefined
    tidy(() => {
      inner = tidy(() => {
        innermost = tidy(() => scalar(3))
        return mul(innermost, 2)
      })
      expect(innermost!.disposed).toBe(true)
      expect(inner.arraySync()).toBe(6)
      // Made after the inner scope ended, in the place of its tensors.
      scalar(1)
      expect(inner.disposed).toBe(false)
    })
    expect(inner!.disposed).toBe(true)
    expect(memory()).toEqual(before)
  })

  test('hands a tensor up through many scopes', () => {
    const nest = (levels: number): Tensor =>
      tidy(() => {
        const x = levels === 0 ? scalar(0) : nest(levels - 1)
        return add(x, 1)
      })
    expect(nest(200).arraySync()).toBe(201)
    expect(backend.live()).toBe(1)
  })

  test('allows what it made to be disposed before it ends', () => {
    const before = memory()
    const gone = tidy(() => {
      const x = scalar(1)
      x.dispose()
      return x
    })
    expect(() => gone.dataSync()).toThrow(DisposedError)
    expect(memory()).toEqual(before)
  })

  test('disposes everything when the function throws, and passes the error on', () => {
    const before = memory()
    const failure = new Error('it failed')
    const x = tidy(() => {
      const outer = scalar(1)
      expect(() =>
        tidy(() => {
          scalar(2)
          tidy(() => {
            scalar(3)
            throw failure
          })
        }),
      ).toThrow(failure)
      expect(backend.live()).toBe(1)
      return add(outer, 1)
    })
    expect(x.arraySync()).toBe(2)
    x.dispose()
    expect(memory()).toEqual(before)
    expect(tidy(() => scalar(5)).arraySync()).toBe(5)
  })

  test('disposes everything when what was returned cannot be looked through', () => {
    const before = memory()
    expect(() =>
      tidy(() => ({
        x: scalar(1),
        get y(): never {
          throw new Error('not this one')
        },
      })),
    ).toThrow('not this one')
    expect(memory()).toEqual(before)
  })

  test('refuses functions that return a Promise, and disposes what they made', async () => {
    const before = memory()
    const makes = async (): Promise<Tensor> => {
      const x = scalar(1)
      await Promise.resolve()
      return x
    }
    expect(() => tidy(makes)).toThrow(ArgumentError)
    expect(() => tidy(makes)).toThrow(/^tidy: the function returned a Promise\.\n {2}result: a Promise\n/)
    expect(() => tidy(makes)).toThrow(/hint: await outside/)
    expect(() => tidy(() => Object.fromEntries([['then', () => undefined]]))).toThrow(ArgumentError)
    // A Promise that fails later must not end the process.
    expect(() => tidy(() => Promise.reject(new Error('later')))).toThrow(ArgumentError)
    await new Promise((resolve) => setTimeout(resolve))
    expect(memory()).toEqual(before)
  })

  test('refuses what is not a function', () => {
    expect(() => tidy(3 as never)).toThrow(/tidy: the argument is not a function/)
    expect(() => tidy(undefined as never)).toThrow(ArgumentError)
  })
})

describe('keep', () => {
  test('takes a tensor out of every scope around it', () => {
    const kept: Tensor[] = []
    tidy(() => {
      tidy(() => {
        const x = scalar(1)
        expect(keep(x)).toBe(x)
        kept.push(x, keep(add(x, 1)))
        scalar(9)
      })
      scalar(9)
    })
    expect(kept.map((x) => x.arraySync())).toEqual([1, 2])
    expect(backend.live()).toBe(2)
    for (const x of kept) x.dispose()
    expect(backend.live()).toBe(0)
  })

  test('survives an error', () => {
    let kept: Tensor | undefined
    expect(() =>
      tidy(() => {
        kept = keep(scalar(1))
        throw new Error('it failed')
      }),
    ).toThrow('it failed')
    expect(kept!.arraySync()).toBe(1)
  })

  test('may be called twice, on a tensor that is returned, outside all scopes, and on a variable', () => {
    const x = tidy(() => keep(keep(scalar(1))))
    expect(keep(x).arraySync()).toBe(1)
    const w = variable(2)
    expect(tidy(() => keep(w)).arraySync()).toBe(2)
    x.dispose()
    w.dispose()
    expect(backend.live()).toBe(0)
  })

  test('refuses disposed tensors and other things', () => {
    const x = zeros([2])
    x.dispose()
    expect(() => keep(x)).toThrow(/keep: tensor was used after dispose/)
    for (const wrong of [3, null, undefined, [scalar(1)], { storage: 1 }]) {
      expect(() => keep(wrong as never)).toThrow(ArgumentError)
    }
  })
})

describe('memory', () => {
  test('counts handles, storages and their bytes', () => {
    const before = memory()
    const x = tensor([1, 2, 3], { dtype: 'float64' })
    const y = reshape(x, [3, 1])
    const z = zeros([5], { dtype: 'bool' })
    expect(memory()).toEqual({
      tensors: before.tensors + 3,
      storages: before.storages + 2,
      bytes: before.bytes + 24 + 5,
      leaked: before.leaked,
    })
    for (const t of [x, y, z]) t.dispose()
    expect(memory()).toEqual(before)
  })

  test('is a snapshot', () => {
    const before = memory()
    const x = scalar(1)
    expect(memory().tensors).toBe(before.tensors + 1)
    x.dispose()
  })

  test('stays level over thousands of scopes, errors and early ends among them', () => {
    const before = memory()
    for (let i = 0; i < 5000; i++) {
      const kept = tidy(() => {
        const x = zeros([3])
        const y = tidy(() => mul(add(x, 1), 2))
        if (i % 3 === 0) x.dispose()
        return i % 2 === 0 ? [y] : { y: keep(y) }
      })
      try {
        tidy(() => {
          zeros([2])
          if (i % 5 === 0) throw new Error('it failed')
        })
      } catch {}
      for (const y of Array.isArray(kept) ? kept : [kept.y]) y.dispose()
    }
    expect(memory()).toEqual(before)
    expect(backend.live()).toBe(0)
  })
})
