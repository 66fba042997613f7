import { join } from 'node:path'
import { type Machine, thisMachine } from './find-chromium.ts'

const besideChromium = [
  '/usr/lib/chromium',
  '/usr/lib64/chromium',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
]

/**
 * The Vulkan driver for WebGPU in Node: `VK_ICD_FILENAMES`, else SwiftShader, the driver in software that Chromium
 * brings for Linux, so that results are the same on every machine.
 *
 * @returns The path of the driver's manifest, or undefined where the system's own choice stays.
 */
export function findVulkanDriver(machine: Machine = thisMachine): string | undefined {
  const named = machine.env['VK_ICD_FILENAMES']
  if (named !== undefined && named !== '') return named
  if (machine.platform !== 'linux') return undefined
  return besideChromium
    .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
    .find((path) => machine.exists(path))
}
