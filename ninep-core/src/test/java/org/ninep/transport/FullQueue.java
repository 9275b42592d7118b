package org.ninep.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** A listening socket whose queue of connections is full: Linux leaves a further one without an answer. */
final class FullQueue implements AutoCloseable {
    private static final int MOST = 50;
    private static final int PATIENCE_MILLIS = 200;

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Deque<SocketChannel> queued = new ArrayDeque<>();

    FullQueue(String address) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 1);
        while (connectOneMore()) {
            if (queued.size() > MOST) {
                throw new IOException("a queue for 1 takes " + MOST);
            }
        }
    }

    private boolean connectOneMore() throws IOException {
        SocketChannel client = SocketChannel.open();
        queued.add(client);
        client.configureBlocking(false);
        client.connect(server.getLocalAddress());
        try (Selector selector = Selector.open()) {
            client.register(selector, SelectionKey.OP_CONNECT);
            selector.select(PATIENCE_MILLIS);
            return client.finishConnect();
        }
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel client : queued) {
            client.close();
        }
    }
}
