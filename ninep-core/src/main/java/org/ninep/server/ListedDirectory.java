package org.ninep.server;

import java.util.List;
import java.util.function.Predicate;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;

/** An open directory over a list; an entry's offset is its number, from 1. */
final class ListedDirectory implements OpenDirectory {
    private static final int DOTS = 2;

    private final Qid self;
    private final Qid parent;
    private final List<DirectoryEntry> children;

    ListedDirectory(Qid self, Qid parent, List<DirectoryEntry> children) {
        this.self = self;
        this.parent = parent;
        this.children = List.copyOf(children);
    }

    @Override
    public Qid qid() {
        return self;
    }

    @Override
    public void read(long offset, Predicate<? super DirectoryEntry> sink) {
        if (offset < 0) {
            return;
        }
        for (long i = offset; i < children.size() + DOTS; i++) {
            if (!sink.test(entry((int) i))) {
                return;
            }
        }
    }

    private DirectoryEntry entry(int i) {
        if (i < DOTS) {
            return new DirectoryEntry(i == 0 ? self : parent, i + 1L, DirectoryEntry.DT_DIR, i == 0 ? "." : "..");
        }
        DirectoryEntry child = children.get(i - DOTS);
        return new DirectoryEntry(child.qid(), i + 1L, child.type(), child.name());
    }
}
