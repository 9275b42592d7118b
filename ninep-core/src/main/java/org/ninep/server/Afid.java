package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.Qid;

/** A file on which a client authenticates itself: it takes one credential, from the beginning on, and is good for one attach. */
final class Afid implements OpenFile {
    private static final int INITIAL = 512;

    private final Verifier verifier;
    private final Verifier.Claim claim;
    private final Qid qid;
    private final int maxCredential;
    private final int most;
    private byte[] written = new byte[0];
    private int length;
    private boolean used;

    /**
     * @param maxCredential longest credential that the verifier looks at, in bytes
     * @param most bytes that can be written
     */
    Afid(Verifier verifier, Verifier.Claim claim, Qid qid, int maxCredential, int most) {
        this.verifier = verifier;
        this.claim = claim;
        this.qid = qid;
        this.maxCredential = maxCredential;
        this.most = most;
    }

    Verifier verifier() {
        return verifier;
    }

    Verifier.Claim claim() {
        return claim;
    }

    /** Uses it up; false if it was before. */
    boolean use() {
        boolean first = !used;
        used = true;
        return first;
    }

    /** Whom the verifier makes out; what was written is forgotten. */
    int verify() throws IOException {
        try {
            if (length > maxCredential) {
                throw new IOException("it wrote " + length + " bytes, a credential has at most " + maxCredential);
            }
            return verifier.verify(claim, ByteBuffer.wrap(written, 0, length).slice().asReadOnlyBuffer());
        } finally {
            close();
        }
    }

    @Override
    public Qid qid() {
        return qid;
    }

    @Override
    public Attr attr() throws ErrnoException {
        throw new ErrnoException(Errno.EBADF, "an afid has no attributes");
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws ErrnoException {
        throw new ErrnoException(Errno.EIO, "nothing is to be read from an afid");
    }

    @Override
    public void write(long offset, ByteBuffer src) throws ErrnoException {
        if (used) {
            throw new ErrnoException(Errno.EPERM, "the afid is used up");
        }
        if (offset != length) {
            throw new ErrnoException(Errno.EIO, "wrote to an afid at " + offset + ", not at " + length);
        }
        int count = src.remaining();
        if (count > most - length) {
            throw new ErrnoException(Errno.EFBIG, "a credential of more than " + most + " bytes");
        }
        if (length + count > written.length) {
            grow(length + count);
        }
        src.get(written, length, count);
        length += count;
    }

    private void grow(int needed) {
        byte[] larger = Arrays.copyOf(written, Math.min(most, Math.max(Math.max(INITIAL, needed), 2 * written.length)));
        Arrays.fill(written, (byte) 0);
        written = larger;
    }

    /** Forgets what was written: who gets at it could use it elsewhere, as long as nobody has. */
    @Override
    public void close() {
        Arrays.fill(written, (byte) 0);
        written = new byte[0];
        length = 0;
        used = true;
    }
}
