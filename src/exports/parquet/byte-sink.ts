import { ByteWriter } from 'hyparquet-writer';

/** A writer whose bytes are taken away between row groups: the file is as long as it likes, the memory is not. */
export class ByteSink extends ByteWriter {
  take(): Uint8Array {
    const bytes = new Uint8Array(this.getBuffer());
    // `offset` goes on counting: places in the footer are those of the file.
    this.index = 0;
    return bytes;
  }
}
