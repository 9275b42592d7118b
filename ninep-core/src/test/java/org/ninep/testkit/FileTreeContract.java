package org.ninep.testkit;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.ninep.message.Protocol;
import org.ninep.server.FileNode;
import org.ninep.server.FileTree;

/**
 * What the server relies on in a {@link FileTree}, as checks with names, for whatever runs tests. With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsTheContract() {
 *     return FileTreeContract.reading(MyTree::new).stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
 * }
 * }</pre>
 *
 * <p>
 * Immutable.
 */
public final class FileTreeContract {
    private FileTreeContract() {}

    /** What a check does; what it finds wrong is an {@link AssertionError}. */
    interface Body {
        void run(FileNode root) throws IOException;
    }

    /**
     * One thing that is relied on.
     *
     * <p>
     * Immutable.
     */
    public static final class Check {
        private final String name;
        private final Supplier<? extends FileTree> trees;
        private final Body body;

        private Check(String name, Supplier<? extends FileTree> trees, Body body) {
            this.name = name;
            this.trees = trees;
            this.body = body;
        }

        /** What is relied on, as a sentence without its subject: {@code "gives each entry the qid of its file"}. */
        public String name() {
            return name;
        }

        /**
         * Looks whether a tree keeps to it.
         *
         * @throws AssertionError if it does not
         * @throws IOException if the tree refuses what it must not
         */
        public void run() throws IOException {
            FileTree tree = trees.get();
            try (FileNode root = tree.attach("contract", new FileTree.User("", Protocol.NONUNAME))) {
                body.run(root);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * What holds for any tree.
     *
     * @param trees gives a tree to look at, whose root is a directory; each check asks for one, which may be the same. It holds
     *     at least a file that is not empty, and a directory with three entries or more. All of it is read
     */
    public static List<Check> reading(Supplier<? extends FileTree> trees) {
        return List.of(new Check("gives each entry the qid and the type of its file", trees, ReadingChecks::entries),
                new Check("lists \".\" and \"..\" with the right qids", trees, ReadingChecks::dots),
                new Check("goes on behind any entry, and keeps the one that was not taken", trees,
                        ReadingChecks::offsets),
                new Check("finds the parent of each directory, and the root above itself", trees,
                        ReadingChecks::parents),
                new Check("fills the attributes that it marks", trees, ReadingChecks::attributes),
                new Check("reads each file to its size, at any offset and into any part of a buffer", trees,
                        ReadingChecks::content),
                new Check("says why it refuses", trees, ReadingChecks::refusals),
                new Check("gives the targets of symbolic links, and of nothing else", trees, ReadingChecks::links),
                new Check("gives extended attributes by the names that it lists, or has none", trees,
                        ReadingChecks::xattrs),
                new Check("tells of its file system", trees, ReadingChecks::statfs),
                new Check("refuses every change with EROFS unless it is writable", trees, ReadingChecks::changes));
    }

    /**
     * What holds for a tree that can be changed. Kinds of files and changes that a tree does not have it refuses with
     * EOPNOTSUPP; regular files and directories it must have.
     *
     * @param trees gives a writable tree whose root is an empty directory, anew for each check
     */
    public static List<Check> writing(Supplier<? extends FileTree> trees) {
        return List.of(new Check("makes files that can be written and read back", trees, WritingChecks::files),
                new Check("opens a file that is there, or says that it is", trees, WritingChecks::existing),
                new Check("makes and removes directories", trees, WritingChecks::directories),
                new Check("sets sizes, modes and times", trees, WritingChecks::attributes),
                new Check("renames, and replaces what was there", trees, WritingChecks::renaming),
                new Check("renames by node, which then stands for the moved file", trees, WritingChecks::moving),
                new Check("removes by node", trees, WritingChecks::removing),
                new Check("keeps an open file whose name is removed", trees, WritingChecks::unlinked),
                new Check("makes symbolic links", trees, WritingChecks::symlinks),
                new Check("makes hard links", trees, WritingChecks::hardLinks),
                new Check("sets, replaces and removes extended attributes", trees, WritingChecks::xattrs),
                new Check("refuses nodes of another tree with EXDEV", trees, WritingChecks::strangers));
    }
}
