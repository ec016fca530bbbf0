// SPDX-License-Identifier: MIT
#include "net/tls_why.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

// --- its certificate ---

static const char *time_text(const ASN1_TIME *t, char text[64])
{
    struct tm tm;
    bool known = ASN1_TIME_to_tm(t, &tm) == 1 && strftime(text, 64, "%Y-%m-%d %H:%M:%S UTC", &tm);
    return known ? text : "an unknown time";
}

static void add_name(char *names, size_t cap, const char *name)
{
    size_t at = strlen(names);
    if (at + strlen(name) + 3 < cap)
        snprintf(names + at, cap - at, "%s%s", at ? ", " : "", name);
}

static void add_address(char *names, size_t cap, const ASN1_OCTET_STRING *ip)
{
    char text[64] = "";
    const unsigned char *b = ASN1_STRING_get0_data(ip);
    if (ASN1_STRING_length(ip) == 4)
        snprintf(text, sizeof text, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    else
        for (int i = 0; i + 1 < ASN1_STRING_length(ip) && i < 16; i += 2)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%x", i ? ":" : "",
                     b[i] << 8 | b[i + 1]);
    add_name(names, cap, text);
}

// The names that a certificate is for: the subject's where it has no others.
static const char *names_of(X509 *cert, char *names, size_t cap)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    names[0] = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);
        if (g->type == GEN_DNS)
            add_name(names, cap, (const char *)ASN1_STRING_get0_data(g->d.dNSName));
        else if (g->type == GEN_IPADD)
            add_address(names, cap, g->d.iPAddress);
    }
    GENERAL_NAMES_free(all);
    if (!names[0] &&
        X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, names, (int)cap) < 0)
        snprintf(names, cap, "no name at all");
    for (char *c = names; *c; c++)
        *c = *c < ' ' || *c == 127 ? '?' : *c;
    return names;
}

const char *tls_why_verdict(X509_STORE_CTX *chain, const struct tls_story *story, char *why, size_t cap)
{
    X509 *cert = X509_STORE_CTX_get_current_cert(chain);
    const char *whose = X509_STORE_CTX_get_error_depth(chain) ? "a CA of its certificate" : "its certificate";
    int error = X509_STORE_CTX_get_error(chain);
    char when[64], names[128];
    if (cert && error == X509_V_ERR_CERT_HAS_EXPIRED)
        snprintf(why, cap, "%s expired on %s: renew it, or give --insecure", whose,
                 time_text(X509_get0_notAfter(cert), when));
    else if (cert && error == X509_V_ERR_CERT_NOT_YET_VALID)
        snprintf(why, cap, "%s is not valid before %s: check the clocks of both machines, or give --insecure",
                 whose, time_text(X509_get0_notBefore(cert), when));
    else if (cert && (error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH))
        snprintf(why, cap,
                 "its certificate is for %s, not for %.80s: connect by a name that it has, give that name "
                 "with --sni, or give --insecure",
                 names_of(cert, names, sizeof names), story->name);
    else if (error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
        snprintf(why, cap,
                 "its certificate is self-signed and not trusted here: trust it with --cacert FILE, or give "
                 "--insecure");
    else if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
             error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
             error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
             error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
             error == X509_V_ERR_CERT_SIGNATURE_FAILURE)
        snprintf(why, cap,
                 "its certificate was issued by a CA that is not trusted here: give that CA with --cacert "
                 "FILE, or give --insecure");
    else
        snprintf(why, cap, "%s was not accepted (%s): see --cacert, or give --insecure", whose,
                 X509_verify_cert_error_string(error));
    return why;
}

// --- what it said ---

static bool about_our_certificate(int alert)
{
    return alert == SSL_AD_BAD_CERTIFICATE || alert == SSL_AD_UNSUPPORTED_CERTIFICATE ||
           alert == SSL_AD_CERTIFICATE_REVOKED || alert == SSL_AD_CERTIFICATE_EXPIRED ||
           alert == SSL_AD_CERTIFICATE_UNKNOWN || alert == SSL_AD_UNKNOWN_CA ||
           alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_DECRYPT_ERROR;
}

static const char *alerted(int alert, const struct tls_story *story, char *why, size_t cap)
{
    const char *said = SSL_alert_desc_string_long(alert);
    if (alert == TLS13_AD_CERTIFICATE_REQUIRED || (alert == SSL_AD_HANDSHAKE_FAILURE && story->asked))
        snprintf(why, cap, "it demands a client certificate: give --cert FILE and --key FILE");
    else if (story->renegotiates)
        snprintf(why, cap,
                 "it demands a renegotiation, which is not supported: use TLS 1.3, or turn it off there");
    else if (about_our_certificate(alert))
        snprintf(why, cap, "it does not accept the client certificate (TLS alert: %s): check --cert", said);
    else if (alert == SSL_AD_PROTOCOL_VERSION)
        snprintf(why, cap, "no TLS version in common: check --tls-min and --tls-max");
    else if (alert == SSL_AD_HANDSHAKE_FAILURE || alert == SSL_AD_INSUFFICIENT_SECURITY)
        snprintf(why, cap,
                 "no cipher in common: check --tls-ciphers, --tls-ciphersuites, --tls-min and --tls-max");
    else if (alert == SSL_AD_UNRECOGNIZED_NAME)
        snprintf(why, cap, "it has no certificate for %.80s: give another name with --sni", story->name);
    else
        snprintf(why, cap, "it ended the TLS connection (TLS alert: %s)", said);
    return why;
}

static bool not_tls(int reason)
{
    return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
           reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_RECORD_LENGTH_MISMATCH ||
           reason == SSL_R_BAD_RECORD_TYPE || reason == SSL_R_UNEXPECTED_MESSAGE;
}

const char *tls_why(const struct tls_story *story, char *why, size_t cap)
{
    unsigned long e = ERR_peek_error();
    int reason = ERR_GET_REASON(e);
    bool tls = ERR_GET_LIB(e) == ERR_LIB_SSL;
    const char *text = ERR_reason_error_string(e);
    if (tls && reason > SSL_AD_REASON_OFFSET)
        alerted(reason - SSL_AD_REASON_OFFSET, story, why, cap);
    else if (tls && not_tls(reason) && !story->agreed)
        snprintf(why, cap, "its answer is not TLS: leave out --tls, or check the port");
    else if (tls && (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_VERSION_TOO_LOW))
        snprintf(why, cap, "no TLS version in common: check --tls-min and --tls-max");
    else if (tls && reason == SSL_R_NO_CIPHERS_AVAILABLE)
        snprintf(why, cap,
                 "none of the ciphers can be used: check --tls-ciphers, --tls-ciphersuites, --tls-min and "
                 "--tls-max");
    else
        snprintf(why, cap, "%s: %s", story->agreed ? "TLS failed" : "the TLS handshake failed",
                 text ? text : "OpenSSL does not say why");
    ERR_clear_error();
    return why;
}

const char *tls_why_cut(const struct tls_story *story, int error, char *why, size_t cap)
{
    if (story->agreed && error == 0)
        snprintf(why, cap,
                 "it ended without close_notify: the server, or something on the way, cut the connection");
    else if (story->agreed)
        snprintf(why, cap, "%s", strerror(-error));
    else
        snprintf(why, cap,
                 "the connection ended during the TLS handshake (%s): is it a port with TLS? else leave out "
                 "--tls",
                 error ? strerror(-error) : "closed by the server");
    return why;
}
