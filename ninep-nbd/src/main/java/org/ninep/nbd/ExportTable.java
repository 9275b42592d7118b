package org.ninep.nbd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exports of a server by name, in the order in which they were given.
 *
 * <p>Immutable.
 */
final class ExportTable {

    private final Map<String, Export> byName = new LinkedHashMap<>();
    private final Export first;
    private final ByteBuffer list;

    ExportTable(List<Export> exports) {
        for (Export export : exports) {
            if (byName.putIfAbsent(export.name(), export) != null) {
                throw new IllegalArgumentException("two exports are named \"" + export.name() + "\"");
            }
        }
        first = exports.getFirst();
        list = OptionReply.list(byName.values());
    }

    /** The export that a client names; the empty name means the first, unless one is named so. */
    @Nullable Export find(ByteBuffer name) {
        try {
            String decoded = StandardCharsets.UTF_8.newDecoder().decode(name).toString();
            Export export = byName.get(decoded);
            return export == null && decoded.isEmpty() ? first : export;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The whole answer to NBD_OPT_LIST, made once however many clients ask. */
    ByteBuffer list() {
        return list.duplicate();
    }

    Collection<Export> all() {
        return byName.values();
    }
}
