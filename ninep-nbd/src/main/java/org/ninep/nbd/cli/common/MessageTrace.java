package org.ninep.nbd.cli.common;

import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.List;
import org.ninep.Errno;
import org.ninep.client.MessageListener;
import org.ninep.message.Message;
import org.ninep.message.Protocol;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

/**
 * Prints each message on a line of its own: {@code > tag 3 Tread fid 2 offset 0 count 4096}. Payloads are shown by their
 * length.
 *
 * <p>Thread-safe.
 *
 * @param to where it prints
 */
public record MessageTrace(PrintStream to) implements MessageListener {

    @Override
    public void sent(String peer, int tag, Tmessage request) {
        to.println(line('>', tag, request));
    }

    @Override
    public void received(String peer, int tag, Rmessage reply) {
        to.println(line('<', tag, reply));
    }

    static String line(char direction, int tag, Message message) {
        StringBuilder line = new StringBuilder().append(direction).append(" tag ");
        line.append(tag == Protocol.NOTAG ? "NOTAG" : tag).append(' ').append(message.getClass().getSimpleName());
        appendFields(line, (Record) message);
        return line.toString();
    }

    private static void appendFields(StringBuilder line, Record value) {
        for (RecordComponent field : value.getClass().getRecordComponents()) {
            line.append(' ').append(name(field.getName())).append(' ');
            appendValue(line, field.getName(), valueOf(field, value));
        }
    }

    private static Object valueOf(RecordComponent field, Record value) {
        try {
            return field.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record of org.ninep.message that cannot be read", e);
        }
    }

    /** The specification's name where Java's differs. */
    private static String name(String component) {
        return component.equals("nUname") ? "n_uname" : component;
    }

    private static void appendValue(StringBuilder line, String name, Object value) {
        switch (value) {
            case String text -> line.append('"').append(printable(text)).append('"');
            case ByteBuffer payload -> line.append(payload.remaining()).append(" bytes");
            case Integer number when number == -1 && name.endsWith("fid") -> line.append("NOFID");
            case Integer number when number == -1 && name.equals("nUname") -> line.append("NONUNAME");
            case Integer number when name.equals("mode") -> line.append('0').append(Integer.toOctalString(number));
            case Integer number -> line.append(Integer.toUnsignedString(number));
            case Long number when name.equals("valid") || name.equals("mask") ->
                line.append("0x").append(Long.toHexString(number));
            case Long number -> line.append(Long.toUnsignedString(number));
            case List<?> list -> {
                line.append('[');
                for (Object element : list) {
                    line.append(line.charAt(line.length() - 1) == '[' ? "" : " ");
                    appendValue(line, name, element);
                }
                line.append(']');
            }
            case Errno errno -> line.append(errno);
            case Record nested -> {
                line.append('(');
                int start = line.length();
                appendFields(line, nested);
                line.delete(start, Math.min(start + 1, line.length())).append(')');
            }
            default -> line.append(value);
        }
    }

    /** The text, with what would move a terminal's cursor shown as a question mark. */
    public static String printable(String text) {
        return text.codePoints().anyMatch(Character::isISOControl) ? text.replaceAll("\\p{Cc}", "?") : text;
    }
}
