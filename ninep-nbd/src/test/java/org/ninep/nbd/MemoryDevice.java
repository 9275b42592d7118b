package org.ninep.nbd;

import java.nio.ByteBuffer;
import java.util.Random;

/** Pseudo-random bytes, the same for the same size; reads complete before they return. */
final class MemoryDevice implements BlockDevice {

    private final byte[] content;

    MemoryDevice(int size) {
        content = new byte[size];
        new Random(size).nextBytes(content);
    }

    /** A device of this content. */
    MemoryDevice(byte[] content) {
        this.content = content.clone();
    }

    byte[] content() {
        return content;
    }

    byte[] content(long offset, int length) {
        byte[] part = new byte[length];
        System.arraycopy(content, (int) offset, part, 0, length);
        return part;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer buffer, Completion completion) {
        buffer.put(content, (int) offset, buffer.remaining());
        completion.completed();
    }

    @Override
    public void close() {}
}
