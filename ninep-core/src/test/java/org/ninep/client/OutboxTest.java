package org.ninep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.codec.InPlace;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tsymlink;
import org.ninep.message.Tmessage.Twrite;

/** Whatever is put in, taken back, and taken by the socket in pieces: what comes out is whole frames, in order. */
class OutboxTest {
    /** Takes so much at a time, and sometimes nothing. */
    private static final class Reluctant implements GatheringByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final Random random;
        private boolean willing;

        Reluctant(Random random) {
            this.random = random;
        }

        @Override
        public long write(ByteBuffer[] buffers, int offset, int length) {
            int room = willing ? Integer.MAX_VALUE : random.nextInt(3) * random.nextInt(40_000);
            long count = 0;
            for (int i = offset; i < offset + length && room > 0; i++) {
                byte[] some = new byte[Math.min(room, buffers[i].remaining())];
                buffers[i].get(some);
                taken.writeBytes(some);
                room -= some.length;
                count += some.length;
            }
            return count;
        }

        @Override
        public long write(ByteBuffer[] buffers) {
            return write(buffers, 0, buffers.length);
        }

        @Override
        public int write(ByteBuffer buffer) {
            return (int) write(new ByteBuffer[]{buffer}, 0, 1);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** A write that is in the outbox, or was. */
    private record Put(WriteCall call, ByteBuffer buffer, Tmessage expected) {}

    // of one try
    private Outbox outbox = new Outbox();
    private final List<Tmessage> expected = new ArrayList<>();
    private final List<Put> puts = new ArrayList<>();

    private void put(Random random) {
        int tag = random.nextInt(1000);
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                InPlace.putTread(outbox.room(InPlace.T_BYTES), tag, 1, tag, 3);
                expected.add(new Tread(1, tag, 3));
            }
            case 2 -> {
                Tsymlink link = new Tsymlink(1, "n", "x".repeat(random.nextInt(40_000)), 2);
                outbox.put(Codec.encode(new Frame<>(tag, link)).order(ByteOrder.LITTLE_ENDIAN));
                expected.add(link);
            }
            default -> {
                byte[] bytes = Bytes.random(random.nextInt(random.nextBoolean() ? 6000 : 200_000), tag);
                ByteBuffer buffer = random.nextBoolean()
                        ? ByteBuffer.wrap(bytes.clone())
                        : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                WriteCall call = new WriteCall(new Handle(1, "/f"), tag, bytes.length, buffer, null,
                        new AwaitedWrite());
                call.tag = tag;
                call.send(outbox);
                Twrite twrite = new Twrite(1, tag, ByteBuffer.wrap(bytes));
                expected.add(twrite);
                puts.add(new Put(call, buffer, twrite));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private void takeBack(Random random) {
        if (!puts.isEmpty()) {
            Put put = puts.remove(random.nextInt(puts.size()));
            if (put.call().takeBack()) {
                expected.removeIf(each -> each == put.expected());
                assertTrue(put.call().takeBack(), "it stays so");
            }
            byte[] other = new byte[put.buffer().capacity()];
            Arrays.fill(other, (byte) 'x');
            put.buffer().clear().put(other);
        }
    }

    @Property(tries = 300)
    void whatComesOutIsWholeFramesInOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int steps)
            throws IOException {
        outbox = new Outbox();
        expected.clear();
        puts.clear();
        Random random = new Random(seed);
        Reluctant sink = new Reluctant(random);
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> put(random);
                case 2 -> takeBack(random);
                default -> {
                    boolean all = outbox.flush(sink);
                    if (all) {
                        puts.forEach(put -> assertEquals(false, put.call().takeBack(), "sent is sent"));
                    }
                }
            }
        }
        sink.willing = true;
        assertTrue(outbox.flush(sink));
        assertTrue(outbox.flush(sink));
        assertEquals(described(expected), described(frames(sink.taken.toByteArray())));
    }

    /** Short enough to be read where it fails. */
    private static List<String> described(List<Tmessage> frames) {
        return frames.stream().map(frame -> switch (frame) {
            case Twrite t -> "Twrite " + t.offset() + " of " + t.data().remaining() + " " + t.data().hashCode();
            case Tsymlink t -> "Tsymlink " + t.target().length();
            default -> frame.toString();
        }).toList();
    }

    private static List<Tmessage> frames(byte[] bytes) throws IOException {
        List<Tmessage> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            int size = in.getInt(in.position());
            frames.add(Codec.decodeRequest(in.slice(in.position(), size)).message());
            in.position(in.position() + size);
        }
        return frames;
    }
}
