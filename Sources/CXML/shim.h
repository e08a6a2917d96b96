#include <libxml/xmlversion.h>
// Of ICU's headers Swift's Foundation has others, and no module can hold both.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
