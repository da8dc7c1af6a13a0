#pragma once
/*
 * What nl80211.c asks for and nl80211_messages.c understands: a Wi-Fi interface and the access
 * point that it is associated with, filled from one message after the other.  All lengths in a
 * message are checked; what is not what it claims to be ends the message there.
 */
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIFI_ADDRESS_SIZE 6
#define WIFI_NAME_MAX 32

/* 0 and empty: not known. */
struct wifi_link {
	uint32_t index;
	char interface[IF_NAMESIZE];
	bool associated;
	int signal;		/* dBm */
	uint32_t receive, send; /* 100 kbit/s */
	uint32_t frequency;	/* MHz */
	unsigned char bssid[WIFI_ADDRESS_SIZE];
	char ssid[WIFI_NAME_MAX]; /* bytes that may be anything */
	size_t ssid_n;
};

/* The attributes of a message; borrowed. */
struct wifi_fields {
	const unsigned char *at;
	size_t n;
};

/* The id of the family nl80211 in the controller's answer; 0: none. */
uint16_t wifi_family(struct wifi_fields fields);

/* NL80211_CMD_NEW_INTERFACE.  False, and *ret untouched, if it is none that joins a network (an
 * access point, a monitor). */
bool wifi_interface(struct wifi_fields fields, struct wifi_link *ret);

/* NL80211_CMD_NEW_STATION: adds what is known about the access point. */
void wifi_station(struct wifi_fields fields, struct wifi_link *ret);

/* NL80211_CMD_NEW_SCAN_RESULTS: fills what is still missing, if it is the network we are in. */
void wifi_network(struct wifi_fields fields, struct wifi_link *ret);

bool wifi_has_bssid(const struct wifi_link *link);

/* The lines of root_wifi(), in memory the caller frees; masked: nobody's addresses and names. */
char *wifi_lines(const struct wifi_link *links, size_t n, bool masked);
