package org.ninep.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InProcessTest {
    @Test
    void carriesBytesBothWays() throws Exception {
        InProcess ends = InProcess.pair("demo");
        try (Connection client = ends.client(); Connection server = ends.server()) {
            Bytes.writeAll(client.sink(), new byte[]{1, 2});
            Bytes.writeAll(server.sink(), new byte[]{3});
            assertArrayEquals(new byte[]{1, 2}, Bytes.readExactly(server.source(), 2));
            assertArrayEquals(new byte[]{3}, Bytes.readExactly(client.source(), 1));
            assertEquals("demo", client.peer());
            assertEquals("demo", server.peer());
        }
    }

    @Test
    void gathersAndScatters() throws Exception {
        InProcess ends = InProcess.pair("demo");
        try (Connection client = ends.client(); Connection server = ends.server()) {
            ByteBuffer[] parts = {ByteBuffer.wrap(new byte[]{1, 2}), ByteBuffer.wrap(new byte[]{3})};
            assertEquals(3, client.sink().write(parts));
            ByteBuffer[] room = {ByteBuffer.allocate(1), ByteBuffer.allocate(2)};
            assertEquals(3, server.source().read(room));
            assertEquals(ByteBuffer.wrap(new byte[]{2, 3}), room[1].flip());
        }
    }

    @Test
    void closingOneEndIsTheEndForTheOther() throws Exception {
        InProcess ends = InProcess.pair("demo");
        ends.client().close();
        ends.client().close();
        assertFalse(ends.client().isOpen());
        try (Connection server = ends.server()) {
            assertTrue(server.isOpen());
            assertEquals(-1, server.source().read(ByteBuffer.allocate(1)));
            assertThrows(IOException.class, () -> server.sink().write(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void closingEndsAReadInProgress() throws Exception {
        InProcess ends = InProcess.pair("demo");
        try (Connection server = ends.server()) {
            assertTrue(server.isOpen());
            FutureTask<Exception> read = new FutureTask<>(() -> assertThrows(ClosedChannelException.class,
                    () -> ends.client().source().read(ByteBuffer.allocate(1))));
            Thread.ofPlatform().daemon().start(read);
            ends.client().close();
            assertTrue(read.get(60, TimeUnit.SECONDS) instanceof ClosedChannelException);
        }
    }

    @Test
    void anInterruptInNonBlockingModeHarmsNobody() throws Exception {
        InProcess ends = InProcess.pair("demo");
        try (Connection client = ends.client(); Connection server = ends.server()) {
            client.configureBlocking(false);
            Thread.currentThread().interrupt();
            assertEquals(0, client.source().read(ByteBuffer.allocate(1)));
            assertEquals(1, client.sink().write(ByteBuffer.wrap(new byte[]{42})));
            assertTrue(Thread.interrupted());
            assertTrue(client.isOpen());
            assertArrayEquals(new byte[]{42}, Bytes.readExactly(server.source(), 1));
        }
    }
}
