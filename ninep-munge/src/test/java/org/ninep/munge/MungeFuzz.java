package org.ninep.munge;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ninep.server.FileTree;
import org.ninep.server.Verifier;

/**
 * Whatever a client writes as its credential, and whatever munged answers: a credential or a MungeException, and no more
 * memory than the largest bound explains.
 *
 * <p>
 * An input is {@code how[1] which[1] rest}: the credential's text, what is in its armor, what follows an outer part, an inner
 * part as a holder of the key could make it, the same compressed, or an answer of munged.
 */
public final class MungeFuzz {
    /** The decoder of bzip2 takes 4 MB whatever the stream, and a payload may have 1 MiB. */
    private static final long MOST_ALLOCATED = 32 << 20;
    private static final int PREFIX = 2;
    private static final int LONGEST = 1 << 20;
    private static final String WHO = "munged";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<Samples.Combination> COMBINATIONS = Samples.combinations();

    private static @Nullable MungeCodec codec;

    private MungeFuzz() {}

    /** Called by the fuzzer at its beginning. */
    public static void fuzzerInitialize() {
        codec();
    }

    private static MungeCodec codec() {
        MungeCodec there = codec;
        if (there == null) {
            // Room for one: a replay is found, and a full store too.
            there = Samples.built(Samples.anyAlgorithm().replayCapacity(1));
            codec = there;
        }
        return there;
    }

    /** Called by the fuzzer at its end. */
    public static void fuzzerTearDown() {
        MungeCodec there = codec;
        codec = null;
        if (there != null) {
            there.close();
        }
    }

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < PREFIX) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, PREFIX, input.length);
        Samples.Combination each = COMBINATIONS.get((input[1] & 0xff) % COMBINATIONS.size());
        Outer outer = new Outer(each.cipher(), each.mac(), each.zip(), new byte[each.cipher().blockBytes()]);
        int how = (input[0] & 0xff) % 6;
        take(how, outer, rest);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        take(how, outer, rest);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MOST_ALLOCATED) {
            throw new AssertionError(input.length + " bytes cost " + allocated);
        }
    }

    private static void take(int how, Outer outer, byte[] rest) {
        switch (how) {
            case 0 -> credential(rest);
            case 1 -> credential(Armor.close(rest));
            case 2 -> credential(Armor.close(Samples.join(outer.encode(), rest)));
            case 3 -> credential(Samples.forge(outer, rest));
            case 4 -> credential(Samples.forge(outer, Compression.compress(outer.zip(), rest)));
            default -> answer(rest);
        }
    }

    private static void credential(byte[] text) {
        try {
            Credential credential = codec().decode(text);
            check(credential.payload().remaining() <= LONGEST, "a payload of " + credential.payload().remaining());
        } catch (MungeException refused) {
            check(String.valueOf(refused.getMessage()).length() > 20, "no word of what is wrong");
        }
        try {
            new MungeVerifier(codec()).verify(new Verifier.Claim("peer", "/", new FileTree.User("", 1)),
                    ByteBuffer.wrap(text));
        } catch (MungeException refused) {
            check(String.valueOf(refused.getMessage()).length() > 20, "no word of what is wrong");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(byte[] body) {
        for (int i = 0; i < 2; i++) {
            try {
                if (i == 0) {
                    SocketResponses.encoded(WHO, ByteBuffer.wrap(body));
                } else {
                    SocketResponses.decoded(WHO, ByteBuffer.wrap(body));
                }
            } catch (MungeException refused) {
                String says = String.valueOf(refused.getMessage());
                check(says.chars().allMatch(c -> c >= ' ' && c <= '~'), "munged writes into the log what it likes");
            }
        }
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }
}
