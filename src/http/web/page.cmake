# pistat_page(TARGET NAME PAGE.html [STYLE.css | SCRIPT.js]...) adds a page to a target, as `web_NAME` of web.h.
#
# Where the page says <link rel="stylesheet" href="x.css"> or <script src="x.js"></script>, the file of that name among
# the sources takes its place, from whatever folder it comes.  Browsers run what the policy has the hash of, and only that.
function(pistat_page target name)
	set(sources)
	foreach(source ${ARGN})
		get_filename_component(source ${source} ABSOLUTE)
		list(APPEND sources ${source})
	endforeach()
	set(made ${CMAKE_CURRENT_BINARY_DIR}/web/${name}.c)
	add_custom_command(OUTPUT ${made}
		COMMAND ${CMAKE_COMMAND} -DNAME=${name} "-DSOURCES=${sources}" -DMADE=${made} -P ${PAGE_SCRIPT}
		DEPENDS ${sources} ${PAGE_SCRIPT} COMMENT "Packing page ${name}" VERBATIM)
	target_sources(${target} PRIVATE ${made})
endfunction()
set(PAGE_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
if(NOT CMAKE_SCRIPT_MODE_FILE)
	return()
endif()

# 'sha256-…', in base64 as a Content-Security-Policy has it.
function(hash_of text result)
	string(SHA256 digits "${text}")
	string(TOUPPER ${digits} digits)
	file(WRITE ${MADE}.hash ${digits})
	execute_process(COMMAND basenc --base16 --decode ${MADE}.hash COMMAND basenc --base64 --wrap=0
		OUTPUT_VARIABLE base64 COMMAND_ERROR_IS_FATAL ANY)
	file(REMOVE ${MADE}.hash)
	set(${result} "'sha256-${base64}'" PARENT_SCOPE)
endfunction()

# The source that a mark of the page names.
function(source_of mark result)
	string(REGEX REPLACE ".*(href|src)=\"([^\"]*)\".*" "\\2" wanted "${mark}")
	foreach(source ${SOURCES})
		get_filename_component(name ${source} NAME)
		if(name STREQUAL wanted)
			file(READ ${source} text)
			if(text MATCHES "</(script|style)")
				message(FATAL_ERROR "${source} would end its own element")
			endif()
			set(${result} "${text}" PARENT_SCOPE)
			return()
		endif()
	endforeach()
	message(FATAL_ERROR "${NAME}: no ${wanted} among ${SOURCES}")
endfunction()

# Puts files where the marks are; their hashes go to ${element}_hashes.
macro(fill element pattern)
	string(REGEX MATCHALL "${pattern}" marks "${page}")
	foreach(mark ${marks})
		source_of("${mark}" text)
		hash_of("${text}" hash)
		string(APPEND ${element}_hashes " ${hash}")
		string(REPLACE "${mark}" "<${element}>${text}</${element}>" page "${page}")
	endforeach()
endmacro()

# Bytes as the elements of an array in C.
function(bytes_of file result)
	file(READ ${file} digits HEX)
	string(REGEX REPLACE "(..)" "0x\\1," digits "${digits}")
	set(${result} "${digits}" PARENT_SCOPE)
endfunction()

list(GET SOURCES 0 html)
file(READ ${html} page)
fill(style "<link rel=\"stylesheet\" href=\"[^\"]*\">")
fill(script "<script src=\"[^\"]*\"></script>")
file(WRITE ${MADE}.html "${page}")
execute_process(COMMAND gzip -9 --no-name --stdout ${MADE}.html OUTPUT_FILE ${MADE}.html.gz COMMAND_ERROR_IS_FATAL ANY)
bytes_of(${MADE}.html plain)
bytes_of(${MADE}.html.gz gzipped)
# Whoever wants may show a page in a frame, as Home Assistant's dashboards do: nothing on it acts.
string(CONCAT policy "Content-Security-Policy: default-src 'none'; script-src${script_hashes}; style-src${style_hashes}; "
	"connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'")
string(LENGTH "${policy}" length)
if(length GREATER 1500)
	message(FATAL_ERROR "the policy of ${NAME} would not fit into HTTP_HEAD_SIZE: fewer scripts, please")
endif()
file(WRITE ${MADE} "/* Made from ${html} by page.cmake. */
#include \"web.h\"

static const unsigned char plain[] = {${plain}};
static const unsigned char gzipped[] = {${gzipped}};
const struct web_page web_${NAME} = {
	\"${policy}\\r\\n\",
	plain, gzipped, sizeof(plain), sizeof(gzipped)};
")
