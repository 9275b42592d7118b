package org.ninep.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A tree that keeps who has attached to it. */
final class Visitors implements FileTree {
    private final MemoryTree tree = MemoryTree.builder().file("hello", "hello").build();
    private final List<User> users = Collections.synchronizedList(new ArrayList<>());

    /** In the order in which they came. */
    List<User> users() {
        return List.copyOf(users);
    }

    @Override
    public FileNode attach(String aname, User user) {
        users.add(user);
        return tree.attach(aname, user);
    }
}
