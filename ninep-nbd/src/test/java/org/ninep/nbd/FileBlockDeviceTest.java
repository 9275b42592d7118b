package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ninep.ConnectionLostException;
import org.ninep.RequestTimeoutException;
import org.ninep.client.Client;
import org.ninep.client.RemoteFile;
import org.ninep.server.MemoryTree;
import org.ninep.server.Server;

class FileBlockDeviceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MSIZE = 8192;

    private final byte[] content = new byte[5 * MSIZE + 123];
    private final CountDownLatch stuck = new CountDownLatch(1);
    private Server server;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(content);
        MemoryTree tree = MemoryTree.builder()
                .file("image", content)
                .file("stuck", 4096, (_, _) -> awaitUnstuck())
                .build();
        server = Server.builder().export("tree", tree).build();
        client = Client.builder(server.transport("test")).msize(MSIZE).connectTimeout(TIMEOUT).requestTimeout(TIMEOUT)
                .connect();
    }

    private void awaitUnstuck() {
        try {
            stuck.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        stuck.countDown();
        client.close();
        server.close();
    }

    private RemoteFile open(String path) throws IOException {
        try (RemoteFile root = client.attach("tree", "", 0)) {
            return root.walk(path).open();
        }
    }

    private static CompletableFuture<ByteBuffer> read(BlockDevice device, long offset, ByteBuffer buffer) {
        CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
        device.read(offset, buffer, new BlockDevice.Completion() {
            @Override
            public void completed() {
                result.complete(buffer);
            }

            @Override
            public void failed(IOException cause) {
                result.completeExceptionally(cause);
            }
        });
        return result;
    }

    private static Throwable failure(CompletableFuture<ByteBuffer> read) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> read.get(60, TimeUnit.SECONDS));
        return Objects.requireNonNull(failed.getCause());
    }

    @Test
    void hasTheSizeOfTheFile() throws IOException {
        try (FileBlockDevice device = FileBlockDevice.of(open("image"), TIMEOUT)) {
            assertEquals(content.length, device.size());
        }
    }

    @Test
    void fillsBuffersThatTakeManyReads() throws Exception {
        try (FileBlockDevice device = FileBlockDevice.of(open("image"), TIMEOUT)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(content.length + 8).position(3).limit(3 + content.length - 5);
            read(device, 5, buffer).get(60, TimeUnit.SECONDS);
            assertEquals(3 + content.length - 5, buffer.position());
            assertEquals(buffer.limit(), buffer.position());
            byte[] read = new byte[content.length - 5];
            buffer.get(3, read);
            assertArrayEquals(Arrays.copyOfRange(content, 5, content.length), read);
        }
    }

    @Test
    void answersReadsThatAreInFlightTogether() throws Exception {
        try (FileBlockDevice device = FileBlockDevice.of(open("image"), TIMEOUT)) {
            var reads = new java.util.ArrayList<CompletableFuture<ByteBuffer>>();
            for (int i = 0; i < 100; i++) {
                reads.add(read(device, i * 100L, ByteBuffer.allocateDirect(100)));
            }
            for (int i = 0; i < 100; i++) {
                byte[] read = new byte[100];
                reads.get(i).get(60, TimeUnit.SECONDS).flip().get(read);
                assertArrayEquals(Arrays.copyOfRange(content, i * 100, i * 100 + 100), read);
            }
        }
    }

    @Test
    void failsWhereTheFileEndsBeforeItsSize() throws Exception {
        try (FileBlockDevice device = new FileBlockDevice(open("image"), content.length + 100, TIMEOUT)) {
            Throwable cause = failure(read(device, content.length - 10, ByteBuffer.allocateDirect(20)));
            assertInstanceOf(EOFException.class, cause);
            assertTrue(cause.toString().contains("/image"), cause.getMessage());
        }
    }

    @Test
    void failsAReadThatTakesTooLong() throws Exception {
        try (FileBlockDevice device = FileBlockDevice.of(open("stuck"), Duration.ofMillis(50))) {
            assertInstanceOf(RequestTimeoutException.class, failure(read(device, 0, ByteBuffer.allocateDirect(20))));
        }
    }

    @Test
    void failsTheReadsOfALostConnection() throws Exception {
        try (FileBlockDevice device = FileBlockDevice.of(open("stuck"), TIMEOUT)) {
            CompletableFuture<ByteBuffer> inFlight = read(device, 0, ByteBuffer.allocateDirect(20));
            client.close();
            assertInstanceOf(ConnectionLostException.class, failure(inFlight));
            assertInstanceOf(ConnectionLostException.class, failure(read(device, 0, ByteBuffer.allocateDirect(20))));
        }
    }

    @Test
    void failsReadsAfterItIsClosed() throws Exception {
        FileBlockDevice device = FileBlockDevice.of(open("image"), TIMEOUT);
        device.close();
        Throwable cause = failure(read(device, 0, ByteBuffer.allocateDirect(20)));
        assertTrue(cause.toString().contains("closed"), cause.getMessage());
    }

    @Test
    void refusesSizesAndTimeoutsThatAreNone() throws IOException {
        RemoteFile file = open("image");
        assertThrows(IllegalArgumentException.class, () -> new FileBlockDevice(file, -1, TIMEOUT));
        assertThrows(IllegalArgumentException.class, () -> new FileBlockDevice(file, 1, Duration.ZERO));
    }
}
