build-clang/obj/ceremony/record/event.o: ceremony/record/event.c \
  ceremony/record/event.h ceremony/base/fields.h ceremony/base/arena.h \
  ceremony/base/bytes.h ceremony/base/buf.h ceremony/base/err.h \
  ceremony/base/errors.def ceremony/base/hash.h \
  ceremony/record/event_types.def ceremony/base/text.h \
  ceremony/base/utc.h

ceremony/record/event.h:

ceremony/base/fields.h:

ceremony/base/arena.h:

ceremony/base/bytes.h:

ceremony/base/buf.h:

ceremony/base/err.h:

ceremony/base/errors.def:

ceremony/base/hash.h:

ceremony/record/event_types.def:

ceremony/base/text.h:

ceremony/base/utc.h:
