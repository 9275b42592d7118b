package org.ninep.munge;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The compressed form of a credential's inner part.
 *
 * <pre>
 * CA CA CA CA  length[4] of what was compressed  a stream of zlib, or of bzip2
 * </pre>
 */
final class Compression {
    private static final int MAGIC = 0xCACACACA;
    private static final int HEADER_BYTES = 8;
    private static final int BZIP2_LEVEL = 9;

    private Compression() {}

    static byte[] compress(Zip zip, byte[] plain) {
        return switch (zip) {
            case NONE -> plain.clone();
            case ZLIB -> zlib(plain);
            case BZLIB -> bzip2(plain);
        };
    }

    private static ByteArrayOutputStream begun(int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(length).array());
        return out;
    }

    private static byte[] zlib(byte[] plain) {
        ByteArrayOutputStream out = begun(plain.length);
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(plain);
            deflater.finish();
            byte[] part = new byte[Math.min(plain.length + 64, 8192)];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
        }
        return out.toByteArray();
    }

    private static byte[] bzip2(byte[] plain) {
        ByteArrayOutputStream out = begun(plain.length);
        try (BZip2CompressorOutputStream stream = new BZip2CompressorOutputStream(out, BZIP2_LEVEL)) {
            stream.write(plain);
        } catch (IOException e) {
            throw new IllegalStateException("an array takes all bytes", e);
        }
        return out.toByteArray();
    }

    /**
     * Decompresses what a holder of the key has made. Its length is bounded before anything is decompressed, and nothing may
     * follow the stream.
     *
     * @param longest the most bytes that may come out
     * @throws MungeException CRED_INVALID
     */
    static byte[] decompress(Zip zip, byte[] compressed, int longest) throws MungeException {
        if (zip == Zip.NONE) {
            return compressed;
        }
        ByteBuffer in = ByteBuffer.wrap(compressed);
        if (in.remaining() < HEADER_BYTES || in.getInt() != MAGIC) {
            throw bad("its compressed part does not begin with CACACACA and a length", null);
        }
        long claimed = Integer.toUnsignedLong(in.getInt());
        if (claimed > longest) {
            throw bad("it says that it is of " + claimed + " bytes when decompressed, and at most " + longest
                    + " are accepted", null);
        }
        // one more than is right, to see whether there is more
        byte[] plain = new byte[(int) claimed + 1];
        long length;
        try {
            length = zip == Zip.ZLIB ? inflate(compressed, plain) : bunzip2(compressed, plain);
        } catch (DataFormatException | IOException | RuntimeException e) {
            // the decoder of bzip2 meets some malformed streams with unchecked exceptions
            throw bad("it cannot be decompressed", e);
        }
        if (length != claimed) {
            throw bad("decompressed it is not of the " + claimed + " bytes that it claims, or more follows", null);
        }
        byte[] exact = Arrays.copyOf(plain, (int) claimed);
        Arrays.fill(plain, (byte) 0);
        return exact;
    }

    /** How many bytes came out, or -1 if the stream does not end with the input. */
    private static int inflate(byte[] compressed, byte[] plain) throws DataFormatException {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(compressed, HEADER_BYTES, compressed.length - HEADER_BYTES);
            int length = 0;
            while (length < plain.length && !inflater.finished()) {
                int more = inflater.inflate(plain, length, plain.length - length);
                if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    return -1;
                }
                length += more;
            }
            return inflater.finished() && inflater.getRemaining() == 0 ? length : -1;
        }
    }

    /** How many bytes came out, or -1 if something follows the stream. */
    private static int bunzip2(byte[] compressed, byte[] plain) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(compressed, HEADER_BYTES, compressed.length - HEADER_BYTES);
        try (BZip2CompressorInputStream stream = new BZip2CompressorInputStream(in, false)) {
            int length = stream.readNBytes(plain, 0, plain.length);
            return stream.read() < 0 && in.available() == 0 ? length : -1;
        }
    }

    private static MungeException bad(String why, @Nullable Throwable cause) {
        return new MungeException(MungeError.CRED_INVALID, "the credential is authentic, but malformed: " + why, cause);
    }
}
