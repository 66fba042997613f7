/** An op with a gradient of its own: right in value, gradient and second derivative, and leaving nothing behind. */
import assert from 'node:assert/strict'
import { checkGradients, grad, memory, sum, type Tensor, tensor, tidy, valueAndGrad } from 'tapegrad'
import { snake } from './snake.ts'

const formula = (x: number, alpha: number): number => x + Math.sin(alpha * x) ** 2 / alpha
const before = memory()

tidy(() => {
  const values = snake(tensor([0, 1, -2]), tensor([2])).dataSync()
  ;[0, 1, -2].forEach((x, i) => {
    assert.ok(Math.abs(values[i]! - formula(x, 2)) < 1e-6, `snake(${x}) is ${values[i]}`)
  })
  console.log(`snake of 0, 1 and −2: ${[...values].map((value) => value.toFixed(4)).join(', ')}`)
})

// Against finite differences, the gradient and its own gradient, one frequency for each of three columns.
const x = tensor([0.3, -1.2, 0.7, 2.1, -0.4, 1.5], { shape: [2, 3], dtype: 'float64' })
const alpha = tensor([0.5, 1, 2], { dtype: 'float64' })
await checkGradients((a, b) => snake(a!, b!), [x, alpha], { order: 2 })
console.log('gradients of both orders agree with finite differences')

tidy(() => {
  const { grads } = valueAndGrad((a: Tensor, b: Tensor) => sum(snake(a, b)))(x, alpha)
  assert.deepEqual(
    grads.map(({ shape }) => shape),
    [[2, 3], [3]],
  )
  // snake″ = 2α·cos(2αx): 2α at 0.
  const slope = (t: Tensor): Tensor => sum(grad((s: Tensor) => sum(snake(s, tensor([3]))))(t))
  const [curvature] = grad(slope)(tensor([0])).dataSync()
  assert.ok(Math.abs(curvature! - 6) < 1e-5, `the second derivative at 0 is ${curvature}`)
  console.log(`the second derivative at 0 for α = 3: ${curvature!.toFixed(4)}`)
})

x.dispose()
alpha.dispose()
assert.deepEqual(memory(), before)
