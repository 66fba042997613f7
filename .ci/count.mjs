// node .ci/count.mjs REPORT RUNS: prints `passed failed skipped` of vitest's JSON report and of the summaries of
// turbo's runs in the folder RUNS, where each task but the tests themselves is one check. Either may be missing.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [report, runs] = process.argv.slice(2)
const count = { passed: 0, failed: 0, skipped: 0 }
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))

if (existsSync(report)) {
  const { testResults } = read(report)
  for (const file of testResults) {
    // A file that fails outside its tests has no failed test to show for it.
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      count.failed++
    for (const { status } of file.assertionResults) {
      count[status === 'passed' || status === 'failed' ? status : 'skipped']++
    }
  }
}
for (const name of existsSync(runs) ? readdirSync(runs) : []) {
  for (const { taskId, command, execution } of read(join(runs, name)).tasks) {
    if (taskId === '//#test:unit' || command === '<NONEXISTENT>' || !execution) continue
    if (execution.exitCode === 0) count.passed++
    else {
      console.error(`failed: ${taskId}`)
      count.failed++
    }
  }
}
console.log(count.passed, count.failed, count.skipped)
