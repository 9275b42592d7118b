package org.ninep.server;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;

/** Another tree, in whose roots a directory of certain names is made only when a test says so. */
record HeldUpTree(FileTree tree, String prefix, Semaphore begun, Semaphore mayGoOn) implements FileTree {
    @Override
    public FileNode attach(String aname, User user) throws IOException {
        return new Root(tree.attach(aname, user));
    }

    private final class Root implements FileNode {
        private final FileNode node;

        Root(FileNode node) {
            this.node = node;
        }

        @Override
        public Qid makeDirectory(String name, int mode, int gid) throws IOException {
            if (name.startsWith(prefix)) {
                begun.release();
                mayGoOn.acquireUninterruptibly();
            }
            return node.makeDirectory(name, mode, gid);
        }

        @Override
        public boolean isWritable() {
            return node.isWritable();
        }

        @Override
        public Qid qid() {
            return node.qid();
        }

        @Override
        public Attr attr() throws IOException {
            return node.attr();
        }

        @Override
        public FileNode walk(String name) throws IOException {
            return node.walk(name);
        }

        @Override
        public FileNode parent() throws IOException {
            return node.parent();
        }

        @Override
        public OpenFile open(int flags) throws IOException {
            return node.open(flags);
        }

        @Override
        public OpenDirectory openDirectory() throws IOException {
            return node.openDirectory();
        }

        @Override
        public FileSystemStatus statfs() throws IOException {
            return node.statfs();
        }

        @Override
        public void close() throws IOException {
            node.close();
        }
    }
}
