// Sends a file with tus-js-client: node upload.js <endpoint> <token> <file> [<address to go on at>]
// Says the upload's address as soon as it has one, and `done` at the end.
import { createReadStream, statSync } from 'node:fs'
import * as tus from 'tus-js-client'

const [endpoint, token, path, uploadUrl] = process.argv.slice(2)

const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  uploadUrl,
  uploadSize: statSync(path).size,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: 'big.pdf' },
  retryDelays: Array(1200).fill(100),
  onUploadUrlAvailable: () => console.log(upload.url),
  onSuccess: () => console.log('done'),
  onError: (error) => {
    console.error(String(error))
    process.exit(1)
  },
})
upload.start()
