package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.ninep.nbd.NbdConstants.*;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TransmissionTest {

    private static final int SIZE = 40 << 20;

    private final MemoryDevice memory = new MemoryDevice(SIZE);
    private final HeldDevice held = new HeldDevice(1 << 20);
    private NbdServer server;
    private SocketAddress address;

    @BeforeEach
    void start() throws IOException {
        BlockDevice broken = new BlockDevice() {
            @Override
            public long size() {
                return 4096;
            }

            @Override
            public void read(long offset, ByteBuffer buffer, Completion completion) {
                throw new IllegalStateException("a bug in the device");
            }

            @Override
            public void close() {}
        };
        server = NbdServer.builder()
                .listen(RawClient.loopback())
                .export(new Export("memory", memory))
                .export(new Export("held", held))
                .export(new Export("broken", broken))
                .start();
        address = server.addresses().getFirst();
    }

    @AfterEach
    void stop() {
        server.close();
        assertEquals(0, server.pool().bytesAllocated(), "buffers left behind");
    }

    @Test
    void readsAnyOffsetAndLengthUpTo32MiB() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "memory")) {
            int[] lengths = {1, 2, 511, 512, 4095, 4096, 4097, 65536, 1_000_003, 17 << 20, MAX_BLOCK_SIZE};
            for (int length : lengths) {
                for (long offset : new long[]{0, 13, SIZE - length}) {
                    client.read(length, offset, length);
                    client.expectReply(NBD_SUCCESS, length);
                    assertArrayEquals(memory.content(offset, length), client.receive(length));
                }
            }
        }
    }

    @Test
    void aReadThatIsTooLongOrPastTheEndIsEinvalAndTheNextOneIsServed() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "memory")) {
            client.read(1, 0, MAX_BLOCK_SIZE + 1);
            client.expectReply(NBD_EINVAL, 1);
            client.read(2, 0, -1);
            client.expectReply(NBD_EINVAL, 2);
            client.read(3, SIZE - 1, 2);
            client.expectReply(NBD_EINVAL, 3);
            client.read(4, SIZE + 1L, 0);
            client.expectReply(NBD_EINVAL, 4);
            client.read(5, -1, 1);
            client.expectReply(NBD_EINVAL, 5);
            client.read(6, Long.MAX_VALUE, MAX_BLOCK_SIZE);
            client.expectReply(NBD_EINVAL, 6);
            client.read(7, SIZE - 1, 1);
            client.expectReply(NBD_SUCCESS, 7);
            assertArrayEquals(memory.content(SIZE - 1, 1), client.receive(1));
        }
    }

    @Test
    void anEmptyReadWithinTheDeviceIsAnEmptySuccess() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "memory")) {
            client.read(1, 0, 0);
            client.expectReply(NBD_SUCCESS, 1);
            client.read(2, SIZE, 0);
            client.expectReply(NBD_SUCCESS, 2);
        }
    }

    @Test
    void writesAreEpermAndTheirPayloadIsDrained() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "memory")) {
            client.send(RawClient.request(0, NBD_CMD_WRITE, 1, 0, 100_000));
            client.send(new byte[100_000]);
            client.expectReply(NBD_EPERM, 1);
            client.send(RawClient.request(1, NBD_CMD_WRITE, 2, 0, 0));
            client.expectReply(NBD_EPERM, 2);
            client.send(RawClient.request(0, NBD_CMD_TRIM, 3, 0, 4096));
            client.expectReply(NBD_EPERM, 3);
            client.send(RawClient.request(0, NBD_CMD_WRITE_ZEROES, 4, 0, 4096));
            client.expectReply(NBD_EPERM, 4);
            client.send(RawClient.request(0, NBD_CMD_WRITE, 5, 0, MAX_BLOCK_SIZE + 1));
            client.expectReply(NBD_EPERM, 5);
            client.expectClosed();
        }
    }

    @Test
    void flushSucceedsAndWhatIsUnknownIsEinval() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "memory")) {
            client.send(RawClient.request(0, NBD_CMD_FLUSH, 1, 0, 0));
            client.expectReply(NBD_SUCCESS, 1);
            client.send(RawClient.request(1, NBD_CMD_FLUSH, 2, 0, 0));
            client.expectReply(NBD_EINVAL, 2);
            client.send(RawClient.request(4, NBD_CMD_READ, 3, 0, 512));
            client.expectReply(NBD_EINVAL, 3);
            for (int type : new int[]{5, 7, 8, 9, 65535}) {
                client.send(RawClient.request(0, type, type, 0, 512));
                client.expectReply(NBD_EINVAL, type);
            }
        }
    }

    @Test
    void answersInTheOrderInWhichTheDeviceCompletes() throws Exception {
        try (RawClient client = RawClient.transmitting(address, "held")) {
            List<HeldDevice.Read> reads = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                client.read(i, i * 1000L, 1000 + i);
                reads.add(held.next());
            }
            for (int i : new int[]{3, 0, 4, 2, 1}) {
                reads.get(i).complete();
                client.expectReply(NBD_SUCCESS, i);
                assertArrayEquals(held.content(i * 1000L, 1000 + i), client.receive(1000 + i));
            }
        }
    }

    @Test
    void aReadThatTheDeviceFailsIsEio() throws Exception {
        try (RawClient client = RawClient.transmitting(address, "held");
                RawClient unlucky = RawClient.transmitting(address, "broken")) {
            client.read(1, 0, 4096);
            held.next().fail("the disk is on fire");
            client.expectReply(NBD_EIO, 1);
            client.read(2, 0, 4096);
            held.next().completion.completed();
            client.expectReply(NBD_EIO, 2);
            unlucky.read(3, 0, 1);
            unlucky.expectReply(NBD_EIO, 3);
        }
    }

    @Test
    void aDeviceThatCompletesTwiceDoesNotAnswerAnotherRequest() throws Exception {
        try (RawClient client = RawClient.transmitting(address, "held")) {
            client.read(1, 0, 4096);
            HeldDevice.Read first = held.next();
            first.complete();
            client.expectReply(NBD_SUCCESS, 1);
            client.receive(4096);
            client.read(2, 8192, 4096);
            HeldDevice.Read second = held.next();
            first.completion.completed();
            first.fail("again");
            second.complete();
            client.expectReply(NBD_SUCCESS, 2);
            assertArrayEquals(held.content(8192, 4096), client.receive(4096));
        }
    }

    @Test
    void disconnectDeliversWhatIsInFlightAndThenCloses() throws Exception {
        try (RawClient client = RawClient.transmitting(address, "held")) {
            client.read(1, 0, 512);
            client.read(2, 512, 512);
            HeldDevice.Read first = held.next();
            HeldDevice.Read second = held.next();
            client.send(RawClient.request(0, NBD_CMD_DISC, 3, 0, 0));
            client.read(4, 0, 512);
            second.complete();
            client.expectReply(NBD_SUCCESS, 2);
            client.receive(512);
            first.complete();
            client.expectReply(NBD_SUCCESS, 1);
            assertArrayEquals(held.content(0, 512), client.receive(512));
            client.expectClosed();
            assertNull(held.poll(), "a request after NBD_CMD_DISC was served");
        }
    }

    @Test
    void aClientThatShutsItsSideDownStillGetsItsAnswers() throws Exception {
        try (RawClient client = RawClient.transmitting(address, "held")) {
            client.read(1, 0, 512);
            HeldDevice.Read read = held.next();
            client.shutdownOutput();
            read.complete();
            client.expectReply(NBD_SUCCESS, 1);
            client.receive(512);
            client.expectClosed();
        }
    }

    @Test
    void aRequestWithTheWrongMagicEndsTheConnectionAlone() throws IOException {
        try (RawClient client = RawClient.transmitting(address, "memory");
                RawClient other = RawClient.transmitting(address, "memory")) {
            client.send("25609514 0000 0000 0000000000000001 0000000000000000 00000001");
            client.expectClosed();
            other.read(1, 0, 1);
            other.expectReply(NBD_SUCCESS, 1);
        }
    }

    @Test
    void aClientThatVanishesWithReadsInFlightCostsNothing() throws Exception {
        List<HeldDevice.Read> reads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            RawClient client = RawClient.transmitting(address, "held");
            client.read(1, 0, 65536);
            reads.add(held.next());
            client.reset();
        }
        reads.forEach(HeldDevice.Read::complete);
        try (RawClient client = RawClient.transmitting(address, "memory")) {
            client.read(1, 0, 1);
            client.expectReply(NBD_SUCCESS, 1);
        }
    }

    @Test
    void anInterruptedDeviceThreadStillAnswersAndNobodyIsDisconnected() throws Exception {
        try (RawClient client = RawClient.transmitting(address, "held")) {
            for (int i = 0; i < 3; i++) {
                client.read(i, 0, 100_000);
                HeldDevice.Read read = held.next();
                Thread device = Thread.ofPlatform().start(() -> {
                    Thread.currentThread().interrupt();
                    read.complete();
                });
                client.expectReply(NBD_SUCCESS, i);
                assertArrayEquals(held.content(0, 100_000), client.receive(100_000));
                device.join(10_000);
            }
        }
    }
}
