package org.ninep.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Timespec;

/** Puts fields behind one another, little-endian. */
final class Writer {
    private final ByteBuffer out;

    Writer(ByteBuffer out) {
        this.out = out.order(ByteOrder.LITTLE_ENDIAN);
    }

    Writer u8(int value) {
        out.put((byte) within(0xff, value));
        return this;
    }

    Writer u16(int value) {
        out.putShort((short) within(0xffff, value));
        return this;
    }

    private static int within(int max, int value) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("field of " + value + " is not in 0.." + max);
        }
        return value;
    }

    Writer u32(int value) {
        out.putInt(value);
        return this;
    }

    Writer u64(long value) {
        out.putLong(value);
        return this;
    }

    Writer string(String value) {
        byte[] bytes = Names.encode(value);
        if (bytes.length > 0xffff) {
            throw new IllegalArgumentException("string of " + bytes.length + " bytes, at most 65535 are allowed");
        }
        u16(bytes.length);
        out.put(bytes);
        return this;
    }

    Writer strings(List<String> values) {
        u16(values.size());
        values.forEach(this::string);
        return this;
    }

    Writer qid(Qid qid) {
        return u8(qid.type()).u32(qid.version()).u64(qid.path());
    }

    Writer qids(List<Qid> qids) {
        u16(qids.size());
        qids.forEach(this::qid);
        return this;
    }

    Writer time(Timespec time) {
        return u64(time.seconds()).u64(time.nanoseconds());
    }

    Writer attr(Attr a) {
        u64(a.valid()).qid(a.qid()).u32(a.mode()).u32(a.uid()).u32(a.gid()).u64(a.nlink()).u64(a.rdev());
        u64(a.size()).u64(a.blksize()).u64(a.blocks());
        time(a.atime()).time(a.mtime()).time(a.ctime()).time(a.btime());
        return u64(a.gen()).u64(a.dataVersion());
    }

    Writer status(FileSystemStatus s) {
        u32(s.type()).u32(s.bsize()).u64(s.blocks()).u64(s.bfree()).u64(s.bavail());
        return u64(s.files()).u64(s.ffree()).u64(s.fsid()).u32(s.namelen());
    }
}
