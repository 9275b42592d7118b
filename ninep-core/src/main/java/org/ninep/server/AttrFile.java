package org.ninep.server;

import org.ninep.message.Attr;
import org.ninep.message.Qid;

/** An open file whose attributes never change. */
abstract class AttrFile implements OpenFile {
    private final Attr attr;

    AttrFile(Attr attr) {
        this.attr = attr;
    }

    @Override
    public final Qid qid() {
        return attr.qid();
    }

    @Override
    public final Attr attr() {
        return attr;
    }
}
